using System.Security.Cryptography;
using System.Text.Json;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Building;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Data.Tests.Building;

public sealed class DataBuildTests(TinyTokenizer tiny) : IDisposable
{
    private const int Length = 32;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_result_does_not_depend_on_workers_or_units()
    {
        var corpus = SeveralFiles();
        var hashes = new[] { (1, 1L << 30), (1, 5_000), (2, 20_000), (3, 100_000), (7, 64L << 20) }.Select(how =>
        {
            var folder = $"build-{how.Item1}-{how.Item2}/data";
            DataBuild.Run(Options(folder, corpus) with { Workers = how.Item1, UnitBytes = how.Item2 });
            return Hashes(folder);
        });

        Assert.Single(hashes.Distinct());
    }

    [Fact]
    public void About_the_asked_share_is_held_out_and_a_text_stays_on_its_side_in_another_corpus()
    {
        var texts = SomeText.Documents(5000).ToList();
        Build("one", [_folder.WriteJsonLines("one.jsonl", texts)], heldOut: 0.1);
        // Another hand has written the same texts: with other line ends, and one more at the end.
        var again = texts.Take(2500).Reverse().Select(text => text.Replace("\n", "\r\n", StringComparison.Ordinal));
        Build("two", [_folder.WriteJsonLines("two.jsonl", again.Select(text => text + "\n"))], heldOut: 0.1);

        var one = Texts("one", "held-out").ToHashSet();

        Assert.InRange(one.Count, 400, 600);
        var two = Texts("two", "held-out").Select(text => text.Replace("\r\n", "\n", StringComparison.Ordinal)[..^1]);
        Assert.Subset(one, two.ToHashSet());
    }

    [Fact]
    public void The_folder_holds_a_copy_of_the_tokenizer_and_a_manifest_that_tells_the_truth()
    {
        var corpus = _folder.WriteJsonLines("corpus.jsonl", SomeText.Documents(300));
        var report = Build("data", [corpus]);

        var manifest = DataManifest.Read(_folder.Path("data"));

        Assert.Equal(
            ["held-out.index", "held-out.tokens", "manifest.json", "tokenizer.model", "train.index", "train.tokens"],
            Directory.GetFileSystemEntries(_folder.Path("data")).Select(Path.GetFileName).Order());
        Assert.Equal(report.Manifest.Write(), manifest.Write());
        Assert.Equal(
            new DataTokenizer("tokenizer.model", tiny.Tokenizer.Hash, TinyTokenizer.Pieces, 1, 2), manifest.Tokenizer);
        Assert.Equal([new DataSource("corpus.jsonl", new FileInfo(corpus).Length, Sha256(corpus))], manifest.Corpus);
        Assert.Equal(("data", Length, Packing.Isolate), (manifest.Name, manifest.SequenceLength, manifest.Packing));
        foreach (var split in (DataSplit[])[manifest.Train, manifest.HeldOut])
        {
            Assert.Equal(Sha256(_folder.Path("data/" + split.TokensFile)), split.TokensSha256);
            Assert.Equal(Sha256(_folder.Path("data/" + split.IndexFile)), split.IndexSha256);
            Assert.Equal(split.Documents, split.DocumentLengths.Sum());
            Assert.Equal(split.Sequences * Length, split.Positions);
            Assert.Equal(split.Positions, split.LossTokens);
        }
        Assert.Equal(300, manifest.Train.Documents + manifest.HeldOut.Documents);
        Assert.Equal(
            SomeText.Documents(300).Sum(System.Text.Encoding.UTF8.GetByteCount),
            manifest.Train.TextBytes + manifest.HeldOut.TextBytes);
    }

    [Fact]
    public void A_source_may_have_another_name_than_its_folder()
    {
        var corpus = _folder.WriteJsonLines("c.jsonl", SomeText.Documents(100));
        DataBuild.Run(Options("data", [corpus]) with { Name = "c4" });
        using var data = TokenDataset.Open(_folder.Path("data"), "train");
        Assert.Equal("c4", data.Name);
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

        DataBuild.Run(Options("data", files) with { UnitBytes = 100_000 }, seen.Add);

        Assert.Equal(seen.OrderBy(one => one.Stage).ThenBy(one => one.BytesDone), seen);
        var tokenized = seen.Last(one => one.Stage == DataBuildStage.Tokenizing);
        Assert.Equal(6000, tokenized.Documents);
        Assert.Equal(files.Sum(file => new FileInfo(file).Length), tokenized.BytesTotal);
        Assert.Equal(tokenized.BytesTotal, tokenized.BytesDone);
        Assert.Equal(tokenized.UnitsTotal, tokenized.UnitsDone);
        Assert.Equal((DataBuildStage.Packing, seen[^1].BytesTotal), (seen[^1].Stage, seen[^1].BytesDone));
    }

    [Fact]
    public void A_few_broken_lines_are_listed_beside_the_data()
    {
        var corpus = _folder.WriteJsonLines("corpus.jsonl", SomeText.Documents(300));
        File.AppendAllText(corpus, "{\"text\": 1}\nno json\n");

        var report = Build("data", [corpus]);

        Assert.Equal(2, report.Manifest.QuarantinedLines);
        var lines = File.ReadAllLines(_folder.Path("data/quarantine.ndjson"))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .ToList();
        Assert.Equal([301, 302], lines.Select(line => line.GetProperty("line").GetInt64()));
        Assert.All(lines, line => Assert.Equal(corpus, line.GetProperty("file").GetString()));
        Assert.Equal("\"text\" is not a string", lines[0].GetProperty("reason").GetString());
    }

    [Fact]
    public void Broken_lines_have_the_numbers_of_their_file_however_it_was_sliced()
    {
        var lines = SomeText.Documents(2000).Select((text, i) =>
            i % 50 == 7 ? "{}" : JsonSerializer.Serialize(new { text }));
        var corpus = _folder.Write("corpus.jsonl", string.Join('\n', lines));

        DataBuild.Run(Options("data", [corpus]) with { UnitBytes = 10_000, Workers = 3 });

        Assert.Equal(
            Enumerable.Range(0, 40).Select(i => i * 50 + 8L),
            File.ReadAllLines(_folder.Path("data/quarantine.ndjson"))
                .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("line").GetInt64()));
    }

    [Fact]
    public void A_corpus_of_another_kind_is_noticed_long_before_its_end()
    {
        var corpus = _folder.Write("corpus.jsonl", string.Concat(Enumerable.Repeat("{\"content\":\"x\"}\n", 50_000)));
        var problem = Assert.Throws<ConfigurationException>(() => Build("data", [corpus]));
        Assert.Contains("give no text", problem.Message, StringComparison.Ordinal);
        Assert.Contains("has no \"text\"", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_names_and_names_within_objects_are_found_with_a_field_map()
    {
        var corpus = _folder.Write("corpus.jsonl", string.Join('\n', Enumerable.Range(0, 100).Select(i =>
            i % 2 == 0 ? $"{{\"meta\":{{\"body\":\"text {i}\"}}}}" : $"{{\"q\":\"ask {i}\",\"a\":\"answer {i}\"}}")));

        var report = DataBuild.Run(Options("data", [corpus]) with { Fields = new("meta.body", "q", "a") });

        var (train, heldOut) = (report.Manifest.Train, report.Manifest.HeldOut);
        Assert.Equal(100, train.Documents + heldOut.Documents);
        Assert.True(train.LossBytes < train.TextBytes);
        Assert.True(train.LossTokens < train.Positions);
    }

    [Fact]
    public void All_files_that_cannot_be_read_are_named_at_once_and_the_others_need_not_be_tokenized_again()
    {
        var whole = _folder.WriteJsonLines("a.jsonl", SomeText.Documents(500));
        var broken = new[] { "b.json.gz", "c.json.gz" }.Select(name =>
        {
            File.WriteAllText(_folder.Path(name), "not compressed");
            return _folder.Path(name);
        }).ToList();
        var options = Options("data", [whole, .. broken]) with { UnitBytes = 1000 };

        var problem = Assert.Throws<ConfigurationException>(() => DataBuild.Run(options));

        Assert.Equal(2, problem.Problems.Count);
        Assert.All(broken, path => Assert.Contains(path, problem.Message, StringComparison.Ordinal));
        Assert.False(Directory.Exists(_folder.Path("data")));
        broken.ForEach(File.Delete);
        var seen = new List<DataBuildProgress>();
        DataBuild.Run(options with { Corpus = [whole] }, seen.Add);
        Assert.Equal(seen[0].UnitsTotal, seen[0].UnitsBefore);
    }

    [Fact]
    public void More_than_a_hundred_broken_lines_and_one_percent_stop_the_build()
    {
        var corpus = _folder.WriteJsonLines("corpus.jsonl", SomeText.Documents(5000));
        File.AppendAllLines(corpus, Enumerable.Repeat("no json", 101));

        var problem = Assert.Throws<ConfigurationException>(() => Build("data", [corpus]));

        Assert.Contains("101 of 5101", problem.Message, StringComparison.Ordinal);
        Assert.Contains("line 5001", problem.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.Path("data")));
    }

    [Fact]
    public void A_hundred_broken_lines_are_tolerated_in_a_corpus_of_a_thousand()
    {
        var corpus = _folder.WriteJsonLines("corpus.jsonl", SomeText.Documents(900));
        File.AppendAllLines(corpus, Enumerable.Repeat("no json", 100));
        Assert.Equal(100, Build("data", [corpus]).Manifest.QuarantinedLines);
    }

    [Fact]
    public void A_small_corpus_of_which_most_is_broken_stops_the_build_unless_that_is_allowed()
    {
        var corpus = _folder.WriteJsonLines("corpus.jsonl", SomeText.Documents(30));
        File.AppendAllLines(corpus, Enumerable.Repeat("no json", 57));
        var options = Options("data", [corpus]) with { HeldOutFraction = 0.3 };

        var problem = Assert.Throws<ConfigurationException>(() => DataBuild.Run(options));
        Assert.Contains("57 of 87 lines", problem.Message, StringComparison.Ordinal);
        Assert.Contains("--max-broken 0.66", problem.Message, StringComparison.Ordinal);

        Assert.Throws<ConfigurationException>(() => DataBuild.Run(options with { MaxBroken = 0.6 }));
        Assert.Equal(57, DataBuild.Run(options with { MaxBroken = 0.66 }).Manifest.QuarantinedLines);
    }

    [Fact]
    public void The_broken_lines_of_a_plain_text_are_a_share_of_its_lines_and_not_of_its_few_documents()
    {
        var lines = Enumerable.Range(0, 3000).Select(i => (byte[])[.. "a line of a long text "u8, .. "\n"u8]).ToList();
        lines[7] = lines[70] = [0xE9, (byte)'\n'];
        var corpus = _folder.Write("corpus.txt", [.. lines.SelectMany(line => line)]);

        var report = DataBuild.Run(Options("data", [corpus]) with { HeldOutFraction = 0 });

        Assert.Equal((1, 2), (report.Manifest.Train.Documents, report.Manifest.QuarantinedLines));
    }

    [Theory]
    [InlineData("a.json", "[{\"text\": \"one\"},\n{\"text\": \"two\"}]\n", "a JSON array", "cat {0} | jq -c '.[]'")]
    [InlineData("a.json.gz", "\n [\n{\"text\": \"one\"}\n]\n", "a JSON array", "zcat {0} | jq -c '.[]'")]
    [InlineData("a.jsonl", "{\n  \"text\": \"one\"\n}\n", "over several lines", "cat {0} | jq -c '.'")]
    public void A_file_of_other_JSON_is_called_what_it_is_and_how_to_convert_it(
        string name, string content, string found, string command)
    {
        var corpus = _folder.Write(name, content);

        var problem = Assert.Single(Assert.Throws<ConfigurationException>(() => Build("data", [corpus])).Problems);

        Assert.Contains(found, problem.Found, StringComparison.Ordinal);
        Assert.Contains(
            string.Format(System.Globalization.CultureInfo.InvariantCulture, command, corpus), problem.Fix,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_build_may_hold_nothing_out()
    {
        var corpus = _folder.WriteJsonLines("corpus.jsonl", SomeText.Documents(100));

        var manifest = Build("data", [corpus], heldOut: 0).Manifest;

        Assert.Equal((100, 0, 0), (manifest.Train.Documents, manifest.HeldOut.Documents, manifest.HeldOut.Sequences));
        using var heldOut = TokenDataset.Open(_folder.Path("data"), "held-out");
        Assert.Equal(0, heldOut.SequenceCount);
        Assert.Equal(manifest.Write(), DataManifest.Read(_folder.Path("data")).Write());
    }

    [Fact]
    public void Standard_input_is_refused_with_what_to_do()
    {
        var problem = Assert.Throws<ConfigurationException>(() => Build("data", ["-"]));
        Assert.Contains("> corpus.jsonl", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("broken\n")]
    public void A_corpus_without_any_text_stops_the_build(string content)
    {
        var corpus = _folder.Write("corpus.jsonl", content);
        var problem = Assert.Throws<ConfigurationException>(() => Build("data", [corpus]));
        Assert.Contains("holds no text", problem.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.Path("data")));
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
        var problem = Assert.Throws<ConfigurationException>(() => Build("data", [corpus]));
        Assert.Contains("hold 5 % of them out", problem.Message, StringComparison.Ordinal);
        Assert.Contains("0 held out", problem.Message, StringComparison.Ordinal);
        Assert.Contains("a larger --held-out", problem.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.Path("data")));
    }

    [Fact]
    public void A_corpus_of_which_everything_is_held_out_is_told_to_hold_out_less()
    {
        var text = SomeText.Documents(100).First(text =>
            Core.Corpus.HeldOutDraw.IsHeldOut(default, System.Text.Encoding.UTF8.GetBytes(text), 0.3));
        var corpus = _folder.WriteJsonLines("corpus.jsonl", [text]);

        var problem = Assert.Throws<ConfigurationException>(() => Build("data", [corpus], heldOut: 0.3));

        Assert.Contains("0 to train on and 1 held out", problem.Message, StringComparison.Ordinal);
        Assert.Contains("a smaller --held-out", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_share_of_a_thousandth_is_not_called_zero()
    {
        var corpus = _folder.WriteJsonLines("corpus.jsonl", ["only one text"]);
        var problem = Assert.Throws<ConfigurationException>(() => Build("data", [corpus], heldOut: 0.001));
        Assert.Contains("hold 0.1 % of them out", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_problems_of_the_options_are_named_at_once()
    {
        Directory.CreateDirectory(_folder.Path("data"));
        var problem = Assert.Throws<ConfigurationException>(() => DataBuild.Run(
            new DataBuildOptions([_folder.Path("missing")], _folder.Path("missing.model"), _folder.Path("data"))
            {
                HeldOutFraction = 0.9,
                MaxBroken = 2,
                Workers = 0,
                SequenceLength = 0,
                Fields = new("a..b"),
                Name = " ",
            }));
        Assert.Equal(
            [
                _folder.Path("missing"), _folder.Path("data"), "--text-field", "held-out", "max-broken", "workers",
                "sequence-length", "name", _folder.Path("missing.model"),
            ],
            problem.Problems.Select(one => one.Where));
    }

    [Fact]
    public void What_a_killed_build_left_is_replaced_and_an_existing_folder_never_is()
    {
        var corpus = _folder.WriteJsonLines("corpus.jsonl", SomeText.Documents(300));
        _folder.Write("data.partial/packed/train.tokens", "half");
        _folder.Write("data.partial/units/000000.documents", "half");
        _folder.Write("data.partial/units/000000.json", "{}");

        Build("data", [corpus]);

        Assert.False(Directory.Exists(_folder.Path("data.partial")));
        var problem = Assert.Throws<ConfigurationException>(() => Build("data", [corpus]));
        Assert.Contains("a name that is free", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_builds_of_one_folder_at_a_time_do_not_mix()
    {
        var corpus = _folder.WriteJsonLines("corpus.jsonl", SomeText.Documents(300));
        var second = default(Exception);

        DataBuild.Run(
            Options("data", [corpus]),
            _ => second ??= Record.Exception(() => Build("data", [corpus])));

        Assert.Contains(
            "no other process", Assert.IsType<ConfigurationException>(second).Message, StringComparison.Ordinal);
        var manifest = DataManifest.Read(_folder.Path("data"));
        Assert.Equal(300, manifest.Train.Documents + manifest.HeldOut.Documents);
    }

    private DataBuildReport Build(string name, IReadOnlyList<string> corpus, double heldOut = 0.05) =>
        DataBuild.Run(Options(name, corpus) with { HeldOutFraction = heldOut });

    private DataBuildOptions Options(string name, IReadOnlyList<string> corpus) =>
        new(corpus, tiny.Path, _folder.Path(name)) { SequenceLength = Length, HeldOutFraction = 0.05 };

    /// <summary>All kinds of files, some smaller and some larger than a unit, pairs and broken lines among
    /// them.</summary>
    private string[] SeveralFiles() =>
    [
        _folder.WriteJsonLines("a.jsonl", SomeText.Documents(500)),
        _folder.WriteJsonLines("b.json.gz", SomeText.Documents(300, seed: 2)),
        _folder.Write("c.txt", string.Join("\n\n", SomeText.Documents(400, seed: 3))),
        _folder.Write("d.jsonl", string.Concat(SomeText.Documents(200, seed: 4).Select((text, i) =>
            i % 20 == 3 ? "broken\n" : JsonSerializer.Serialize(new { input = $"ask {i}", output = text }) + "\n"))),
        _folder.WriteJsonLines("e.jsonl", SomeText.Documents(2, seed: 5)),
    ];

    private string Hashes(string folder) => string.Join(
        ' ', Directory.GetFiles(_folder.Path(folder)).Order().Select(file => Path.GetFileName(file) + Sha256(file)));

    private static string Sha256(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    private void RequireNothingLeft() => Assert.DoesNotContain(
        Directory.GetFileSystemEntries(_folder.Root),
        entry => Path.GetFileName(entry).StartsWith("data", StringComparison.Ordinal));

    /// <summary>The documents of a split as text; what crosses a sequence's end goes on in the next.</summary>
    private IEnumerable<string> Texts(string name, string split)
    {
        using var data = TokenDataset.Open(_folder.Path(name), split);
        var (ids, targets) = (new long[Length], new long[Length]);
        var document = new List<int>();
        for (var k = 0L; k < data.SequenceCount; k++)
        {
            data.Read(k, ids, targets, []);
            foreach (var target in targets)
            {
                if (target != tiny.Tokenizer.EosId)
                {
                    document.Add((int)target);
                    continue;
                }
                yield return tiny.Tokenizer.Decode([.. document]);
                document.Clear();
            }
        }
    }
}
