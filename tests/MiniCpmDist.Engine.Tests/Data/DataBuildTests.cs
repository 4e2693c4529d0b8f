using System.Security.Cryptography;
using System.Text.Json;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Engine.Data;

namespace MiniCpmDist.Engine.Tests.Data;

public sealed class DataBuildTests(TinyTokenizer tiny) : IClassFixture<TinyTokenizer>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Documents_follow_each_other_in_the_order_of_the_corpus_between_begin_and_end()
    {
        var texts = SomeText.Documents(300).ToList();
        var report = Build("data", [_folder.WriteJsonLines("corpus.json.gz", texts)]);

        var documents = Split(Ids("data", "train")).Concat(Split(Ids("data", "held-out"))).ToList();

        Assert.Equal(texts.Order(), documents.Order());
        var train = Split(Ids("data", "train")).ToList();
        Assert.Equal(texts.Where(train.Contains), train);
        Assert.Equal(300, report.Manifest.Train.Documents + report.Manifest.HeldOut.Documents);
    }

    [Fact]
    public void The_result_does_not_depend_on_the_number_of_workers()
    {
        // 10,000 documents: more batches than workers.
        var corpus = _folder.WriteJsonLines("corpus.jsonl", SomeText.Documents(10_000));

        var hashes = new[] { 1, 2, 7 }.Select(workers =>
        {
            var folder = $"data-{workers}";
            DataBuild.Run(new DataBuildOptions([corpus], tiny.Path, _folder.Path(folder)) { Workers = workers });
            return string.Join(
                ' ', Directory.GetFiles(_folder.Path(folder))
                    .Order()
                    .Select(file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))));
        });

        Assert.Single(hashes.Distinct());
    }

    [Fact]
    public void About_the_asked_share_is_held_out_and_a_text_stays_on_its_side_in_another_corpus()
    {
        var texts = SomeText.Documents(5000).ToList();
        Build("one", [_folder.WriteJsonLines("one.jsonl", texts)], heldOut: 0.1);
        Build("two", [_folder.WriteJsonLines("two.jsonl", texts.Take(2500).Reverse())], heldOut: 0.1);

        var one = Split(Ids("one", "held-out")).ToHashSet();

        Assert.InRange(one.Count, 400, 600);
        Assert.Subset(one, Split(Ids("two", "held-out")).ToHashSet());
    }

    [Fact]
    public void The_folder_holds_a_copy_of_the_tokenizer_and_a_manifest_that_tells_the_truth()
    {
        var corpus = _folder.WriteJsonLines("corpus.jsonl", SomeText.Documents(300));
        var report = Build("data", [corpus]);

        var manifest = DataManifest.Read(_folder.Path("data"));

        Assert.Equal(
            ["held-out.tokens", "manifest.json", "tokenizer.model", "train.tokens"],
            Directory.GetFiles(_folder.Path("data")).Select(Path.GetFileName).Order());
        Assert.Equal(report.Manifest.Train, manifest.Train);
        Assert.Equal(
            new DataTokenizer("tokenizer.model", tiny.Tokenizer.Hash, TinyTokenizer.Pieces, 1, 2), manifest.Tokenizer);
        Assert.Equal([new DataSource("corpus.jsonl", new FileInfo(corpus).Length)], manifest.Corpus);
        var ids = File.ReadAllBytes(_folder.Path("data/train.tokens")).AsSpan(TokenFileHeader.Size);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(ids)), manifest.Train.Sha256);
    }

    [Fact]
    public void Progress_ends_with_everything_read()
    {
        var files = new[]
        {
            _folder.WriteJsonLines("a.jsonl", SomeText.Documents(3000)),
            _folder.WriteJsonLines("b.json.gz", SomeText.Documents(3000, seed: 2))
        };
        var seen = new List<DataBuildProgress>();

        DataBuild.Run(new DataBuildOptions(files, tiny.Path, _folder.Path("data")), seen.Add);

        Assert.Equal(seen.OrderBy(one => one.Documents), seen);
        Assert.Equal(6000, seen[^1].Documents);
        Assert.Equal(files.Sum(file => new FileInfo(file).Length), seen[^1].BytesTotal);
        Assert.Equal(seen[^1].BytesTotal, seen[^1].BytesRead);
    }

    [Fact]
    public void A_few_broken_lines_are_listed_beside_the_data()
    {
        var corpus = _folder.WriteJsonLines("corpus.jsonl", SomeText.Documents(300));
        File.AppendAllText(corpus, "{\"text\": 1}\nno json\n");

        var report = Build("data", [corpus]);

        Assert.Equal(2, report.Manifest.QuarantinedLines);
        var lines = File.ReadAllLines(_folder.Path("data/quarantine.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .ToList();
        Assert.Equal([301, 302], lines.Select(line => line.GetProperty("line").GetInt64()));
        Assert.All(lines, line => Assert.Equal(corpus, line.GetProperty("file").GetString()));
        Assert.Equal("\"text\" is not a string", lines[0].GetProperty("reason").GetString());
    }

    [Fact]
    public void More_than_a_hundred_broken_lines_and_one_percent_stop_the_build_and_leave_nothing()
    {
        var corpus = _folder.WriteJsonLines("corpus.jsonl", SomeText.Documents(5000));
        File.AppendAllLines(corpus, Enumerable.Repeat("no json", 101));

        var fault = Assert.Throws<ConfigurationException>(() => Build("data", [corpus]));

        Assert.Contains("101 of 5101", fault.Message, StringComparison.Ordinal);
        Assert.Contains("line 5001", fault.Message, StringComparison.Ordinal);
        RequireNothingLeft();
    }

    [Fact]
    public void A_hundred_broken_lines_are_tolerated_in_any_corpus()
    {
        var corpus = _folder.WriteJsonLines("corpus.jsonl", SomeText.Documents(200));
        File.AppendAllLines(corpus, Enumerable.Repeat("no json", 100));
        Assert.Equal(100, Build("data", [corpus]).Manifest.QuarantinedLines);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("broken\n")]
    public void A_corpus_without_any_text_stops_the_build_and_leaves_nothing(string content)
    {
        var corpus = _folder.Write("corpus.jsonl", content);
        var fault = Assert.Throws<ConfigurationException>(() => Build("data", [corpus]));
        Assert.Contains("holds no text", fault.Message, StringComparison.Ordinal);
        RequireNothingLeft();
    }

    [Fact]
    public void A_file_that_breaks_off_in_the_middle_leaves_nothing()
    {
        var whole = File.ReadAllBytes(_folder.WriteJsonLines("corpus.json.gz", SomeText.Documents(20_000)));
        File.WriteAllBytes(_folder.Path("corpus.json.gz"), whole[..(whole.Length * 9 / 10)]);
        Assert.Throws<ConfigurationException>(() => Build("data", [_folder.Path("corpus.json.gz")]));
        RequireNothingLeft();
    }

    [Fact]
    public void A_corpus_too_small_to_hold_anything_out_is_refused()
    {
        var corpus = _folder.WriteJsonLines("corpus.jsonl", ["only one text"]);
        var fault = Assert.Throws<ConfigurationException>(() => Build("data", [corpus]));
        Assert.Contains("held out", fault.Message, StringComparison.Ordinal);
        RequireNothingLeft();
    }

    [Fact]
    public void All_faults_of_the_options_are_named_at_once()
    {
        Directory.CreateDirectory(_folder.Path("data"));
        var fault = Assert.Throws<ConfigurationException>(() => DataBuild.Run(
            new DataBuildOptions([_folder.Path("missing")], _folder.Path("missing.model"), _folder.Path("data"))
            {
                HeldOutFraction = 0.9,
                Workers = 0
            }));
        Assert.Equal(
            [_folder.Path("missing"), _folder.Path("data"), "held-out", "workers", _folder.Path("missing.model")],
            fault.Faults.Select(one => one.Where));
    }

    [Fact]
    public void What_a_killed_build_left_is_replaced_and_an_existing_folder_never_is()
    {
        var corpus = _folder.WriteJsonLines("corpus.jsonl", SomeText.Documents(300));
        _folder.Write("data.partial/train.tokens", "half");

        Build("data", [corpus]);

        Assert.False(Directory.Exists(_folder.Path("data.partial")));
        var fault = Assert.Throws<ConfigurationException>(() => Build("data", [corpus]));
        Assert.Contains("a name that is free", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_builds_of_one_folder_at_a_time_do_not_mix()
    {
        var corpus = _folder.WriteJsonLines("corpus.jsonl", SomeText.Documents(300));
        var second = default(Exception);

        DataBuild.Run(
            new DataBuildOptions([corpus], tiny.Path, _folder.Path("data")),
            _ => second ??= Record.Exception(() => Build("data", [corpus])));

        Assert.Contains(
            "no other process", Assert.IsType<ConfigurationException>(second).Message, StringComparison.Ordinal);
        var manifest = DataManifest.Read(_folder.Path("data"));
        Assert.Equal(300, manifest.Train.Documents + manifest.HeldOut.Documents);
    }

    private DataBuildReport Build(string name, IReadOnlyList<string> corpus, double heldOut = 0.05) =>
        DataBuild.Run(new DataBuildOptions(corpus, tiny.Path, _folder.Path(name)) { HeldOutFraction = heldOut });

    private void RequireNothingLeft() => Assert.DoesNotContain(
        Directory.GetFileSystemEntries(_folder.Root),
        entry => Path.GetFileName(entry).StartsWith("data", StringComparison.Ordinal));

    private long[] Ids(string name, string split)
    {
        using var data = TokenDataset.Open(_folder.Path(name), split, sequenceLength: 1);
        var ids = new long[data.TokenCount];
        for (var i = 0; i < data.SequenceCount; i++)
            data.Read(i, ids.AsSpan(i, 2));
        return ids;
    }

    private IEnumerable<string> Split(long[] ids)
    {
        for (var start = 0; start < ids.Length;)
        {
            Assert.Equal(tiny.Tokenizer.BosId, ids[start]);
            var end = Array.IndexOf(ids, tiny.Tokenizer.EosId, start);
            yield return tiny.Tokenizer.Decode([.. ids[(start + 1)..end].Select(id => (int)id)]);
            start = end + 1;
        }
    }
}
