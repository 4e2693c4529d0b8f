using System.Reflection;
using System.Security.Cryptography;
using MiniCpmDist.Core.Filtering;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Corpus;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Data.Filtering;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Data.Tests.ParquetFiles;
using MiniCpmDist.Engine.Tests.Collectives;
using MiniCpmDist.Tests.Fixtures;
using TextRow = MiniCpmDist.Data.Tests.ParquetFiles.WrittenParquet.TextRow;

namespace MiniCpmDist.Data.Tests.Filtering;

public sealed class CorpusFilterTests : IDisposable
{
    private const string Rules = """
        rules:
          - { measure: words, least: 60 }
          - { measure: stop_words, least: 1, words: [warm] }
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_kept_is_what_the_rules_keep_in_order_and_the_counts_add_up()
    {
        string[] texts = [.. SomeText.Documents(300)];
        var pipeline = FilterPipeline.Read(Rules, "rules.yaml");
        var expected = texts.Where(text => pipeline.Removes(text) is null).ToArray();

        var report = Filter(Options([_folder.WriteJsonLines("a.jsonl", texts)], Rules, "kept"));

        Assert.Equal(expected, Read("kept"));
        Assert.InRange(expected.Length, 20, 280);
        Assert.Equal((300, expected.Length), (report.Texts, report.Kept));
        Assert.Equal(300 - expected.Length, report.Rules.Sum(rule => rule.Removed));
        Assert.Equal(["words", "stop_words"], report.Rules.Select(rule => rule.Name));
        Assert.All(report.Rules, rule => Assert.Equal(5, rule.Samples.Count));
        Assert.All(report.Rules[0].Samples, sample => Assert.InRange(sample.Value, 0, 59));
    }

    [Fact]
    public void The_result_does_not_depend_on_workers_and_the_counts_not_on_the_order_of_files()
    {
        string[] files = [.. Enumerable.Range(0, 6).Select(i =>
            _folder.WriteJsonLines($"{i}.jsonl", SomeText.Documents(80, seed: i)))];

        var one = Filter(Options(files, Rules, "one") with { Workers = 1, UnitBytes = 20_000 });
        var many = Filter(Options(files, Rules, "many") with { Workers = 4, UnitBytes = 20_000 });
        var other = Filter(Options([.. files.Reverse()], Rules, "other") with { UnitBytes = 7_000 });

        Assert.Equal(Hashes("one"), Hashes("many"));
        Assert.Equal(Read("one").Order(StringComparer.Ordinal), Read("other").Order(StringComparer.Ordinal));
        foreach (var report in (FilterReport[])[many, other])
        {
            Assert.Equal((one.Kept, one.KeptBytes), (report.Kept, report.KeptBytes));
            foreach (var (left, right) in one.Rules.Zip(report.Rules))
            {
                Assert.Equal((left.Removed, left.RemovedBytes), (right.Removed, right.RemovedBytes));
                Assert.Equal(left.Samples, right.Samples);
            }
        }
    }

    [Fact]
    public void A_line_of_json_keeps_all_that_it_holds_and_a_row_of_parquet_its_text()
    {
        const string Line = "{\"url\": \"x\",  \"text\":\"kept \\u00fc\", \"meta\": [1]}";
        var lines = _folder.Write("a.jsonl", Line + "\n{\"text\":\"no\"}\n");
        var table = WrittenParquet.Write(
            _folder, "b.parquet", [new TextRow { text = "kept\ntoo \"中\"" }, new TextRow { text = "no" }]);

        Filter(Options([lines, table], "rules: [{ measure: characters, least: 3 }]", "kept"));

        Assert.Equal([Line, "{\"text\":\"kept\\ntoo \\\"中\\\"\"}"], StoredLines("kept"));
    }

    [Fact]
    public void A_filter_that_is_stopped_goes_on_with_the_units_that_are_done()
    {
        var files = (string[])[_folder.WriteJsonLines("a.jsonl", SomeText.Documents(300))];
        var options = Options(files, Rules, "kept") with { Workers = 1, UnitBytes = 20_000 };
        Filter(options with { OutputFolder = _folder.Path("undisturbed") });
        Assert.Throws<PowerCut>(() => Filter(options, now =>
        {
            if (now.UnitsDone >= 2)
                throw new PowerCut();
        }));
        FilterProgress? first = null;

        Filter(options, now => first ??= now);

        Assert.InRange(first!.UnitsBefore, 2, first.UnitsTotal - 1);
        Assert.Equal(Hashes("undisturbed"), Hashes("kept"));
    }

    [Theory]
    [InlineData("for line in sys.stdin:\n    print(len(json.loads(line)['text']), flush=True)")]
    [InlineData("lines = sys.stdin.readlines()\nfor line in lines:\n    print(len(json.loads(line)['text']))")]
    public void A_classifier_may_answer_after_each_line_or_at_the_end(string body)
    {
        var program = _folder.Write("score.py", "import json, sys\n" + body + "\n");
        string[] texts = [.. Enumerable.Range(1, 200).Select(length => new string('x', length * 50))];
        var rules = $"classifier: {{ program: [python3, {program}], least: 5000 }}";

        var report = Filter(
            Options([_folder.WriteJsonLines("a.jsonl", texts)], rules, "kept") with { UnitBytes = 200_000 });

        Assert.Equal(texts.Where(text => text.Length >= 5000), Read("kept"));
        Assert.Equal(("classifier", 99L), (report.Rules[0].Name, report.Rules[0].Removed));
        Assert.Empty(Directory.GetFiles(_folder.Path("kept"), "*candidates*"));
    }

    [Theory]
    [InlineData("print('high')", "`high` on line 1")]
    [InlineData("sys.stdin.read()", "0 lines (exit code 0)")]
    [InlineData("sys.exit(7)", "exit code 7")]
    [InlineData("sys.stdin.read(); print(1); sys.exit(3)", "exit code 3")]
    public void A_classifier_that_fails_or_gives_no_number_is_told(string body, string found)
    {
        var program = _folder.Write("score.py", $"import sys\n{body}\n");
        var options = Options(
            [_folder.WriteJsonLines("a.jsonl", ["one"])], $"classifier: {{ program: [python3, {program}], least: 1 }}",
            "kept");

        var problem = Assert.Throws<ConfigurationException>(() => Filter(options));

        Assert.Contains(found, problem.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.Path("kept")));
    }

    [Fact]
    public void A_classifier_that_does_not_exist_is_told()
    {
        var options = Options(
            [_folder.WriteJsonLines("a.jsonl", ["one"])], "classifier: { program: no-such-program-here, least: 1 }",
            "kept");

        Assert.Contains(
            "no-such-program-here", Assert.Throws<ConfigurationException>(() => Filter(options)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Broken_lines_are_listed_and_too_many_of_them_end_the_filter()
    {
        var some = _folder.Write(
            "a.jsonl", string.Concat(Enumerable.Repeat("{\"text\":\"a text\"}\n", 50)) + "broken\n");
        var many = _folder.Write("b.jsonl", string.Concat(Enumerable.Repeat("broken\n", 50)));
        const string All = "rules: [{ measure: characters, least: 0 }]";

        Assert.Equal(1, Filter(Options([some], All, "kept")).Broken);
        var problem = Assert.Throws<ConfigurationException>(() => Filter(Options([some, many], All, "other")));

        Assert.Contains(
            "\"line\":51", File.ReadAllText(_folder.Path("kept/quarantine.ndjson")), StringComparison.Ordinal);
        Assert.Contains("--max-broken", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Several_ranks_make_the_bytes_of_one_and_a_problem_of_any_is_told_on_all(int ranks)
    {
        string[] files = [.. Enumerable.Range(0, 4).Select(i =>
            _folder.WriteJsonLines($"{i}.jsonl", SomeText.Documents(80, seed: i)))];
        var alone = Filter(Options(files, Rules, "alone") with { UnitBytes = 7_000 });
        var options = Options(files, Rules, "together") with { UnitBytes = 7_000, Workers = 2 };
        using var world = new ThreadWorld(ranks);

        var reports = world.Run(member => CorpusFilter.RunCollective(options, member));

        Assert.Equal(Hashes("alone"), Hashes("together"));
        Assert.Equal(alone.Kept, reports[0]!.Kept);
        Assert.All(reports.Skip(1), Assert.Null);

        var broken = _folder.Write("broken.jsonl", string.Concat(Enumerable.Repeat("broken\n", 300)));
        options = options with { Corpus = [.. files, broken], OutputFolder = _folder.Path("never") };
        var told = world.Run(member => Assert.Throws<ConfigurationException>(
            () => CorpusFilter.RunCollective(options, member)).Message);
        Assert.Single(told.Distinct());
        Assert.Contains("--max-broken", told[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_refused_filter_leaves_nothing_where_nothing_was_done_and_else_what_is_done()
    {
        var sound = _folder.WriteJsonLines("a.jsonl", SomeText.Documents(30));
        var broken = _folder.Path("b.jsonl.gz");
        File.WriteAllBytes(broken, [0x1F, 0x8B, 8, 0, 0]);

        Assert.Throws<ConfigurationException>(() => Filter(Options([broken], Rules, "nothing")));
        Assert.Throws<ConfigurationException>(() => Filter(Options([sound, broken], Rules, "some") with
        {
            UnitBytes = 1_000,
        }));

        Assert.False(Directory.Exists(_folder.Path("nothing.partial")));
        Assert.True(Directory.Exists(_folder.Path("some.partial")));
    }

    [Theory]
    [InlineData("english.yaml")]
    [InlineData("chinese.yaml")]
    public void The_pipelines_of_the_examples_can_be_read(string name)
    {
        var root = typeof(CorpusFilterTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(entry => entry.Key == "RepositoryRoot").Value!;
        var path = Path.Combine(root, "launch", "examples", "filters", name);

        Assert.NotEmpty(FilterPipeline.Read(File.ReadAllText(path), path).Rules);
    }

    private FilterOptions Options(IReadOnlyList<string> corpus, string rules, string output) =>
        new(corpus, _folder.Write("rules.yaml", rules), _folder.Path(output));

    private static FilterReport Filter(FilterOptions options, Action<FilterProgress>? progress = null)
    {
        using var world = new LoopbackCommunicator();
        return CorpusFilter.RunCollective(options, world, progress)!;
    }

    private IEnumerable<string> Read(string folder) => CorpusReader
        .Read(CorpusFiles.Find([_folder.Path(folder)]), line => Assert.Fail(line.Reason))
        .Select(document => document.Text);

    private IEnumerable<string> StoredLines(string folder)
    {
        foreach (var file in CorpusFiles.Find([_folder.Path(folder)]))
        {
            using var stored = File.OpenRead(file);
            using var reader = new StreamReader(StoredContent.Of(file, stored));
            while (reader.ReadLine() is { } line)
                yield return line;
        }
    }

    private string Hashes(string folder) => string.Join(
        '\n', Directory.GetFiles(_folder.Path(folder)).Order().Select(file =>
            Path.GetFileName(file) + " " + Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))));

    private sealed class PowerCut : Exception;
}
