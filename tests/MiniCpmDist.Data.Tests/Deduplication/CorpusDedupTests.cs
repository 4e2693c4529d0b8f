using System.Text.Json;
using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Corpus;
using MiniCpmDist.Data.Deduplication;
using MiniCpmDist.Engine.Tests.Collectives;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Data.Tests.Deduplication;

public sealed class CorpusDedupTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private int _runs;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_equal_and_nearly_equal_texts_one_is_left_and_the_others_are_listed()
    {
        var texts = PlantedTexts.Make(families: 40, alone: 100);
        var (left, report) = Run(texts);

        Assert.Equal(140, left.Count);
        Assert.Equal((40, 40, 40), (report.Exact, report.Near!.Removed, report.Near.Clusters));
        Assert.Equal((220, 140), (report.Documents, report.KeptDocuments));
        var removed = Removed();
        Assert.Equal(80, removed.Count);
        Assert.All(removed.Where(line => Text(line, "why") == "near"), line => Assert.InRange(
            line.GetProperty("similarity").GetDouble(), 0.8, 1));
        // The texts that are listed stand where the list says.
        Assert.All(removed, line => Assert.Contains(
            File.ReadLines(Text(line, "file")).ElementAt(line.GetProperty("line").GetInt32() - 1),
            texts.Select(text => $$"""{"text":"{{text}}","timestamp":"2026-01-01T00:00:00Z","url":"file:///x"}""")));
    }

    [Fact]
    public void The_longest_is_kept()
    {
        var words = PlantedTexts.Words(new Random(1), 60);
        var (left, _) = Run([
            string.Join(' ', words.Take(55)), string.Join(' ', words), string.Join(' ', words.Take(58))]);

        Assert.Equal([string.Join(' ', words)], left);
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 8)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Which_texts_are_left_depends_neither_on_their_order_nor_on_files_units_threads_and_ranks(int seed)
    {
        var texts = PlantedTexts.Make(families: 25, alone: 40);
        // Chains: each is near the next, and the ends are far apart.
        var words = PlantedTexts.Words(new Random(5), 100);
        for (var i = 0; i < 12; i++)
        {
            words[i * 8] = $"chain{i}";
            texts.Add(string.Join(' ', words));
        }
        var (expected, _) = Run(texts, options => options with { Substrings = 20, Workers = 1 });
        var random = new Random(seed);

        var (left, _) = Run(
            PlantedTexts.Shuffled(texts, random),
            options => options with
            {
                Substrings = 20,
                Workers = random.Next(1, 5),
                UnitBytes = random.Next(500, 20_000),
                SpillRecords = random.Next(1, 500),
                Corpus = [.. options.Corpus.OrderBy(_ => random.Next())],
            },
            files: random.Next(1, 9), ranks: random.Next(1, 4));

        Assert.Equal(expected, left);
    }

    [Fact]
    public void A_bucket_of_many_texts_is_one_cluster_and_one_of_them_is_left()
    {
        var words = PlantedTexts.Words(new Random(1), 200);
        var (left, report) = Run(Enumerable.Range(0, 300).Select(i =>
            string.Join(' ', words.Select((word, place) => place == 100 ? $"number{i}" : word))));

        Assert.Single(left);
        Assert.Equal((1L, 299L), (report.Near!.Clusters, report.Near.Removed));
        Assert.Equal(300, Assert.Single(report.Near.Largest).Documents);
        Assert.Equal(3, report.Near.Largest[0].Copies.Count);
    }

    [Fact]
    public void Texts_without_words_and_texts_shorter_than_a_shingle_are_copies_only_of_equal_ones()
    {
        var (left, report) = Run(["...", "!!!", "...", "two words", "Two words.", "two other words", "word"]);

        Assert.Equal(["!!!", "...", "Two words.", "two other words", "word"], left.Order(StringComparer.Ordinal));
        Assert.Equal((1L, 1L), (report.Exact, report.Near!.Removed));
    }

    [Fact]
    public void Chinese_texts_are_compared_by_their_characters()
    {
        const string Text = "机器学习是人工智能的一个分支，它研究计算机怎样模拟或实现人类的学习行为，以获取新的知识或技能，"
            + "重新组织已有的知识结构使之不断改善自身的性能。深度学习是机器学习的分支，是一种以人工神经网络为架构的算法。";
        var (left, report) = Run([
            Text, Text.Replace('，', ' ') + "完", "今天天气很好，我们去公园散步，看见了许多花和鸟，孩子们在草地上奔跑。"]);

        Assert.Equal(2, left.Count);
        Assert.Equal(1, report.Near!.Removed);
        Assert.Contains(Text, left);
    }

    [Fact]
    public void Pairs_stay_pairs_and_are_no_copies_of_plain_texts()
    {
        var path = _folder.Write("pairs.jsonl", """
            {"input": "What is it?", "output": "A house."}
            {"input": "What is it?", "output": "A house."}
            {"text": "What is it?\nA house."}
            """);

        var report = CorpusDedup.Run(new DedupOptions([path], _folder.Path("clean")) { Near = false });

        Assert.Equal(1, report.Exact);
        Assert.Equal(
            ["What is it?|A house.", "|What is it?\nA house."],
            Samples(_folder.Path("clean")).Select(sample => $"{sample.Input}|{sample.Output}"));
    }

    [Fact]
    public void A_long_stretch_stays_where_it_stands_first_and_is_cut_out_elsewhere()
    {
        var random = new Random(1);
        var shared = string.Join(' ', PlantedTexts.Words(random, 30));
        string[] own = [.. Enumerable.Range(0, 6).Select(i => string.Join(' ', PlantedTexts.Words(random, 40 - i)))];

        var (left, report) = Run(
            [$"{own[0]} {shared} {own[1]}", $"{own[2]}\n{shared}\n{own[3]}", own[4], $"{own[5]} {shared}"],
            options => options with { Exact = false, Near = false, Substrings = 20 });

        Assert.Equal(
            ((string[])[$"{own[0]} {shared} {own[1]}", $"{own[2]}\n{own[3]}", own[4], $"{own[5]} "])
                .Order(StringComparer.Ordinal),
            left);
        Assert.Equal((2L, 0L), (report.Substrings!.Cut, report.Substrings.Emptied));
        Assert.Equal(
            2, Removed().Count(line => Text(line, "text") == shared && line.GetProperty("words").GetInt32() == 30));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Every_stretch_is_still_somewhere_and_what_was_cut_is_what_a_search_of_all_stretches_finds(int seed)
    {
        const int Width = 10;
        var random = new Random(seed);
        var blocks = Enumerable.Range(0, 12).Select(_ => PlantedTexts.Words(random, random.Next(6, 25))).ToList();
        var texts = Enumerable.Range(0, 40)
            .Select(_ => string.Join(' ', Enumerable.Range(0, random.Next(1, 6)).SelectMany(
                _ => random.Next(2) == 0 ? blocks[random.Next(12)] : PlantedTexts.Words(random, random.Next(20)))))
            .Where(text => text.Length > 0).ToList();

        var (left, _) = Run(
            texts, options => options with { Exact = false, Near = false, Substrings = Width, SpillRecords = 50 });

        var before = Windows(texts).GroupBy(window => window).ToDictionary(group => group.Key, group => group.Count());
        var after = Windows(left).ToHashSet();
        // What stands in several places stays in one of them; what is cut out stands elsewhere.
        Assert.All(before.Where(window => window.Value > 1), window => Assert.Contains(window.Key, after));
        Assert.True(left.Sum(text => text.Length) < texts.Sum(text => text.Length));

        IEnumerable<string> Windows(IEnumerable<string> all) => all.Select(text => text.Split(' ')).SelectMany(
            words => Enumerable.Range(0, Math.Max(0, words.Length - Width + 1))
                .Select(i => string.Join(' ', words.Skip(i).Take(Width))));
    }

    [Fact]
    public void A_text_that_repeats_itself_keeps_the_first_time()
    {
        var words = string.Join(' ', PlantedTexts.Words(new Random(1), 25));
        var (left, _) = Run(
            [$"{words} once {words} twice {words}"], options => options with { Near = false, Substrings = 25 });

        Assert.Equal($"{words} once twice ", Assert.Single(left));
    }

    [Fact]
    public void Texts_that_share_an_ngram_with_an_evaluation_set_are_removed_and_the_list_says_with_what()
    {
        const string Question = "Which of these planets of the solar system is the closest one to the sun?";
        var set = _folder.Write("sets/planets.jsonl", $$"""
            {"question": {"text": "{{Question}}"}, "choices": ["Mars", "Mercury"]}
            """);
        var csv = _folder.Write("sets/more.csv", "\"a question of nine words is looked for whole\",x,y\nshort,1,2\n");
        var (left, report) = Run(
            [
                $"Answers. {Question.ToUpperInvariant()} It is Mercury.", "The planets of the solar system are eight.",
                "They wrote a question, of nine words, is looked for whole there.",
            ],
            options => options with { Exact = false, Near = false, Against = [_folder.Path("sets")] });

        Assert.Equal(["The planets of the solar system are eight."], left);
        Assert.Equal((2L, 2L, 5L), (report.Against!.Removed, report.Against.Texts, report.Against.TooShort));
        Assert.Equal([(csv, 1L), (set, 1L)], report.Against.Files.Select(file => (file.Key, file.Value)));
        var line = Removed().Single(line => Text(line, "set").StartsWith(set, StringComparison.Ordinal));
        Assert.Equal(
            ("against", "WHICH OF THESE PLANETS OF THE SOLAR SYSTEM IS THE CLOSEST ONE TO", $"{set}:1"),
            (Text(line, "why"), Text(line, "ngram"), Text(line, "set")));
    }

    [Fact]
    public void What_is_left_is_a_corpus_and_its_report_is_not_taken_for_texts()
    {
        var path = _folder.Write("a.jsonl", "{\"text\": \"one\"}\nbroken\n" + string.Concat(
            Enumerable.Range(0, 200).Select(i => $"{{\"text\": \"text {i}\"}}\n")));

        var report = CorpusDedup.Run(new DedupOptions([path], _folder.Path("clean")));

        Assert.Equal(1, report.Quarantined);
        Assert.Equal([_folder.Path("clean/part-00000.jsonl.gz")], CorpusFiles.Find([_folder.Path("clean")]));
        Assert.Contains(
            "\"line\":2", File.ReadAllText(_folder.Path("clean/quarantine.ndjson")), StringComparison.Ordinal);
        Assert.StartsWith(
            "{\"folder\":", File.ReadLines(_folder.Path("clean/report.ndjson")).First(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.Path("clean.partial")));
    }

    [Fact]
    public void Everything_that_is_wrong_with_the_options_is_told_at_once()
    {
        var corpus = _folder.Write("corpus/a.jsonl", "{\"text\": \"one\"}\n");
        _folder.Write("there.txt", "x");
        var options = new DedupOptions(
            [_folder.Path("corpus"), _folder.Path("missing")], _folder.Path("corpus/new/clean"))
        {
            Threshold = 0,
            Permutations = 100,
            Bands = 33,
            Shingle = 0,
            Substrings = 3,
            Against = [_folder.Path("there.txt"), corpus],
            Fields = new FieldMap("text", "text", "output"),
        };

        var problem = Assert.Throws<ConfigurationException>(() => CorpusDedup.Run(options)).Message;

        foreach (var part in (string[])["missing", "--out", "--threshold", "--bands", "--shingle", "--substrings",
            "there.txt", "three different names", "sets that are not in the corpus"])
            Assert.Contains(part, problem, StringComparison.Ordinal);
        Assert.Throws<ConfigurationException>(
            () => CorpusDedup.Run(new DedupOptions([corpus], _folder.Path("there.txt"))));
        Assert.Throws<ConfigurationException>(() => CorpusDedup.Run(
            new DedupOptions([corpus], _folder.Path("clean")) { Exact = false, Near = false }));
        Assert.Equal(["corpus", "there.txt"],
            Directory.EnumerateFileSystemEntries(_folder.Root).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_link_into_the_corpus_does_not_hide_that_the_result_would_lie_in_it()
    {
        var corpus = _folder.Write("corpus/a.jsonl", "{\"text\": \"one\"}\n");
        Directory.CreateSymbolicLink(_folder.Path("link"), Path.GetDirectoryName(corpus)!);

        var problem = Assert.Throws<ConfigurationException>(() => CorpusDedup.Run(
            new DedupOptions([Path.GetDirectoryName(corpus)!], _folder.Path("link/clean")))).Message;

        Assert.Contains("outside of the corpus", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"other\": 1}\n{\"other\": 2}\n", "text")]
    [InlineData("{\"text\": \"one\"}\nbroken\nbroken\n", "broken")]
    public void A_corpus_without_texts_or_with_many_broken_lines_is_refused_by_the_rule_of_builds(
        string content, string told)
    {
        var path = _folder.Write("a.jsonl", content);

        var problem = Assert.Throws<ConfigurationException>(
            () => CorpusDedup.Run(new DedupOptions([path], _folder.Path("clean")))).Message;

        Assert.Contains(told, problem, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.Path("clean")));
    }

    [Fact]
    public void A_corpus_that_evaluation_sets_have_whole_is_refused()
    {
        const string Question = "Which of these planets of the solar system is the closest one to the sun?";
        var path = _folder.Write("a.jsonl", $"{{\"text\": \"{Question}\"}}\n");
        var set = _folder.Write("set.jsonl", $"{{\"question\": \"{Question}\"}}\n");

        var problem = Assert.Throws<ConfigurationException>(() => CorpusDedup.Run(
            new DedupOptions([path], _folder.Path("clean")) { Against = [set] })).Message;

        Assert.Contains("--against", problem, StringComparison.Ordinal);
    }

    private (List<string> Left, DedupReport Report) Run(
        IEnumerable<string> texts, Func<DedupOptions, DedupOptions>? change = null, int files = 3, int ranks = 1)
    {
        var run = _folder.Path($"run-{++_runs}");
        var paths = texts.Chunk(Math.Max(1, texts.Count() / files))
            .Select((part, i) => _folder.WriteJsonLines($"run-{_runs}/corpus/{i:D2}.jsonl", part)).ToList();
        var options = new DedupOptions(paths, Path.Combine(run, "clean")) { Workers = 2 };
        options = change is null ? options : change(options);
        using var world = new ThreadWorld(ranks);
        var report = world.Run(member => CorpusDedup.RunCollective(options, member))[0]!;
        var left = Samples(options.OutputFolder).Select(sample => sample.Output);
        return ([.. left.Order(StringComparer.Ordinal)], report);
    }

    private static IEnumerable<(string Input, string Output)> Samples(string folder)
    {
        foreach (var file in CorpusFiles.Find([folder]))
        {
            using var reader = SampleReader.Open(
                file, span: null, new FieldMap(), (line, reason) => Assert.Fail($"{line}: {reason}"));
            while (reader.Next())
            {
                yield return (
                    System.Text.Encoding.UTF8.GetString(reader.Sample.Input.WrittenSpan),
                    System.Text.Encoding.UTF8.GetString(reader.Sample.Output.WrittenSpan));
            }
        }
    }

    private List<JsonElement> Removed() => DedupLines.Read(_folder.Path($"run-{_runs}/clean/removed.ndjson.gz"));

    private static string Text(JsonElement line, string name) =>
        line.TryGetProperty(name, out var value) ? value.GetString()! : "";
}
