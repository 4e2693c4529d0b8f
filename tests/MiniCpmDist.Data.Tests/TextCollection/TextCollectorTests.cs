using System.IO.Compression;
using System.Text.Json;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Corpus;
using MiniCpmDist.Data.TextCollection;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Data.Tests.TextCollection;

public sealed class TextCollectorTests : IDisposable
{
    private static readonly string s_prose = string.Join(
        ' ', Enumerable.Repeat("Plain prose that is long enough to be kept.", 8));
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Shards_are_C4s_format_and_say_nothing_about_the_machine()
    {
        File.SetLastWriteTimeUtc(
            _folder.Write("docs/guide/a b.txt", s_prose), new DateTime(2024, 2, 3, 4, 5, 6, DateTimeKind.Utc));

        var report = Collect();

        Assert.Equal((1, 1), (report.Files, report.Shards));
        using var shard = new StreamReader(
            new GZipStream(File.OpenRead(_folder.Path("corpus/c4-00000.json.gz")), CompressionMode.Decompress));
        var document = JsonDocument.Parse(shard.ReadToEnd()).RootElement;
        Assert.Equal(["text", "timestamp", "url"], document.EnumerateObject().Select(property => property.Name));
        Assert.Equal(s_prose, document.GetProperty("text").GetString());
        Assert.Equal("2024-02-03T04:05:06Z", document.GetProperty("timestamp").GetString());
        Assert.Equal("file:///guide/a%20b.txt", document.GetProperty("url").GetString());
    }

    [Fact]
    public void Html_loses_its_tags_scripts_and_navigation_and_keeps_its_paragraphs_entities_and_listings()
    {
        _folder.Write("docs/page.html", $$"""
            <!DOCTYPE html><html><head><title>T</title><style>p > a { color: red }</style></head><body>
            <div class="navheader"><div>Prev</div><a href="x">Next</a></div>
            <!-- a <comment> --><h1>Title &amp; more</h1><script>if (a < b) document.write("<p>no</p>");</script>
            <p>First
              <b>bold</b>&nbsp;word, 1 < 2.</p><pre>  listing
              kept</pre><ul><li>one<li>two</ul><p title="a > b">{{s_prose}}</p></body></html>
            """);

        Collect();

        var expected = $"Title & more\n\nFirst bold word, 1 < 2.\n\n  listing\n  kept\n\none\ntwo\n\n{s_prose}";
        Assert.Equal(expected, Assert.Single(Texts()));
    }

    [Fact]
    public void Html_may_be_broken_nested_without_end_and_full_of_names_of_characters()
    {
        var deep = string.Concat(Enumerable.Repeat("<div><b>", 5_000));
        _folder.Write("docs/page.html", $"<p>{s_prose} a &mapsto; b &unknown; c</i></td></p>{deep}<pre>\n listing");

        Collect();

        Assert.Equal($"{s_prose} a \u21A6 b &unknown; c\n\n listing", Assert.Single(Texts()));
    }

    [Fact]
    public void A_manual_page_loses_its_markup()
    {
        _folder.Write("docs/git.1.gz", $$"""
            .\" a comment
            .TH "GIT" "1" "2024" "Git" "Git Manual"
            .SH "NAME"
            git \- the stupid content tracker
            .PP
            Use \fBgit\fR \fI\-\-help\fR and
            .BR man (1).
            .de XX
            nothing of this
            ..
            .PP
            {{s_prose}}
            """);

        Collect();

        Assert.Equal(
            $"NAME\n\ngit - the stupid content tracker\n\nUse git --help and\nman(1).\n\n{s_prose}",
            Assert.Single(Texts()));
    }

    [Fact]
    public void Copies_short_texts_binaries_links_and_other_files_are_left_out()
    {
        _folder.Write("docs/a.txt", s_prose);
        _folder.Write("docs/copy.md", s_prose + "\n");
        _folder.Write("docs/short.txt", "moved");
        _folder.Write("docs/binary.txt", [.. new byte[300]]);
        _folder.Write("docs/library-1.2.3", s_prose + " but no manual page");
        _folder.Write("docs/code.py", s_prose + " in code");
        File.CreateSymbolicLink(_folder.Path("docs/link.txt"), _folder.Path("docs/a.txt"));

        var report = Collect();

        Assert.Equal([s_prose], Texts());
        Assert.Equal((1, 3), (report.Files, report.SkippedFiles));
        Assert.Equal([_folder.Path("docs/binary.txt")], report.SetAside.Select(file => file.Path));
    }

    [Fact]
    public void A_long_text_becomes_documents_cut_at_blank_lines()
    {
        _folder.Write(
            "docs/long.txt", string.Join("\n\n", Enumerable.Repeat(s_prose, 100).Select((text, i) => $"{i}: {text}")));

        var report = Collect();

        Assert.InRange(report.Documents, 2, 4);
        Assert.All(Texts(), text => Assert.InRange(text.Length, 200, 20_000));
        Assert.Equal(
            Enumerable.Range(0, 100), string.Join("\n\n", Texts())
                .Split("\n\n")
                .Select(text => int.Parse(text.Split(':')[0], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void Shards_are_closed_at_their_size_and_the_same_files_give_the_same_bytes()
    {
        foreach (var (text, i) in SomeText.Documents(200).Select((text, i) => (text, i)))
            _folder.Write($"docs/{i}.txt", text + s_prose);

        var first = Collect("one", shardBytes: 20_000);
        Collect("two", shardBytes: 20_000);

        Assert.InRange(first.Shards, 4, 12);
        Assert.Equal(
            Directory.GetFiles(_folder.Path("one")).Order().Select(File.ReadAllBytes),
            Directory.GetFiles(_folder.Path("two")).Order().Select(File.ReadAllBytes));
    }

    [Fact]
    public void A_missing_folder_and_folders_without_text_are_refused_and_leave_nothing()
    {
        var missing = Assert.Throws<ConfigurationException>(() => Collect());
        Assert.Contains("nothing of that name", missing.Message, StringComparison.Ordinal);

        _folder.Write("docs/short.txt", "moved");
        var empty = Assert.Throws<ConfigurationException>(() => Collect());
        Assert.Contains("1 file(s) and no text", empty.Message, StringComparison.Ordinal);
        Assert.Equal([_folder.Path("docs")], Directory.GetFileSystemEntries(_folder.Root));
    }

    private TextCollectorReport Collect(string into = "corpus", long shardBytes = 4 << 20) =>
        TextCollector.Run(
            new TextCollectorOptions([_folder.Path("docs")], _folder.Path(into)) { ShardBytes = shardBytes });

    private List<string> Texts() =>
        [.. CorpusReader.Read(CorpusFiles.Find([_folder.Path("corpus")]), line => Assert.Fail(line.Reason))
            .Select(document => document.Text)];
}
