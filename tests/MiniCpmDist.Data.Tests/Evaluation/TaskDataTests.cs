using System.Globalization;
using System.Reflection;
using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Evaluation;
using MiniCpmDist.Data.Tests.ParquetFiles;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Data.Tests.Evaluation;

public sealed class TaskDataTests
{
    private const string Own = """
        task: own
        items: test.jsonl
        shots: dev.jsonl
        fields: {question: q, answer: a}
        forms: [{flavour: own, mode: generation, shots: 2, prompt: "{{question}}"}]
        """;

    public static TheoryData<string> BuiltIn => [.. BuiltInTasks.Names];

    [Theory]
    [MemberData(nameof(BuiltIn))]
    public void The_small_sets_of_the_examples_are_whole_for_every_task(string name)
    {
        var data = Load(TaskFile.Read(BuiltInTasks.Text(name), name), ExampleSets);

        Assert.NotEmpty(data.Items);
        Assert.Empty(data.Faulty);
        foreach (var form in data.Task.Forms)
        {
            Assert.All(data.Items, item => Assert.Equal(form.Shots, data.ShotsOf(item, form.Shots).Count));
            Assert.All(data.Items, item => Assert.NotEmpty(new TaskPrompt(form).Prompt(item)));
            Assert.All(data.Items, item => Assert.Equal(form.PreambleFile is null, data.PreambleOf(item, form) == ""));
        }
    }

    [Fact]
    public void An_example_that_asks_what_the_item_asks_is_replaced_by_the_next_one()
    {
        using var folder = new TemporaryFolder();
        folder.Write("test.jsonl", Lines("one", "two"));
        folder.Write("dev.jsonl", Lines("zero", "one", "three"));

        var data = Load(TaskFile.Read(Own, "own.yaml"), folder.Root);

        Assert.Equal(["zero", "three"], data.ShotsOf(data.Items[0], 2).Select(shot => shot.Values["question"]));
        Assert.Equal(["zero", "one"], data.ShotsOf(data.Items[1], 2).Select(shot => shot.Values["question"]));
    }

    [Fact]
    public void The_hash_is_of_the_content_and_not_of_the_folder()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a/test.jsonl", Lines("one"));
        folder.Write("a/dev.jsonl", Lines("zero", "two"));
        folder.Write("b/test.jsonl", Lines("one"));
        folder.Write("b/dev.jsonl", Lines("zero", "two"));
        folder.Write("c/test.jsonl", Lines("one"));
        folder.Write("c/dev.jsonl", Lines("zero", "three"));

        var hashes = ((string[])["a", "b", "c"]).Select(
            name => Load(TaskFile.Read(Own, "own.yaml"), folder.Path(name)).Hash).ToArray();

        Assert.Equal(hashes[0], hashes[1]);
        Assert.NotEqual(hashes[0], hashes[2]);
    }

    [Theory]
    [InlineData("all/test-00000-of-00001.parquet", "all/dev-00000-of-00001.parquet")]
    [InlineData("{0}/test-00000-of-00001.parquet", "{0}/dev-00000-of-00001.parquet")]
    public void Mmlu_has_the_same_items_as_csv_and_as_the_hub_keeps_it(string test, string dev)
    {
        using var folder = new TemporaryFolder();
        var rows = new List<(string Subject, string Split, MmluRow Row)>();
        foreach (var subject in (string[])["logic", "world_history"])
        {
            foreach (var (split, count) in ((string, int)[])[("test", 3), ("dev", 5)])
            {
                rows.AddRange(Enumerable.Range(0, count).Select(i =>
                    (subject, split, MmluRow.Of(subject, $"What is {split} {i}?", i % 4))));
            }
        }
        foreach (var file in rows.GroupBy(row => (row.Subject, row.Split)))
            folder.Write($"csv/mmlu/{file.Key.Split}/{file.Key.Subject}_{file.Key.Split}.csv", string.Concat(
                file.Select(row => row.Row.Csv())));
        foreach (var file in rows.GroupBy(row => string.Format(
            CultureInfo.InvariantCulture, row.Split == "test" ? test : dev, row.Subject)))
        {
            folder.Write($"hub/mmlu/{file.Key}", "");
            WrittenParquet.Write(folder, $"hub/mmlu/{file.Key}", file.Select(row => row.Row), groupRows: 2);
        }
        var task = TaskFile.Read(BuiltInTasks.Text("mmlu"), "mmlu");

        var ofCsv = Load(task, folder.Path("csv"));
        var ofHub = Load(task, folder.Path("hub"));

        Assert.Equal(6, ofHub.Items.Count);
        Assert.Equal(ofCsv.Items.Select(Shown), ofHub.Items.Select(Shown));
        Assert.All(ofCsv.Items.Zip(ofHub.Items), pair => Assert.Equal(
            ofCsv.ShotsOf(pair.First, 5).Select(Shown), ofHub.ShotsOf(pair.Second, 5).Select(Shown)));

        static string Shown(TaskItem item) =>
            $"{item.Id} {item.Group} {item.Values["question"]} {string.Join('|', item.Options)} {item.Answer}";
    }

    [Fact]
    public void Missing_files_and_too_few_examples_are_told()
    {
        using var folder = new TemporaryFolder();
        folder.Write("half/test.jsonl", Lines("one"));
        folder.Write("half/dev.jsonl", Lines("zero"));

        Assert.Contains(
            Problems(folder.Root), problem => problem.Expected.Contains("test.jsonl", StringComparison.Ordinal));
        Assert.Contains(Problems(folder.Path("half")), problem => problem.Expected.StartsWith(
            "2 examples in dev.jsonl", StringComparison.Ordinal) && problem.Found == "1");
    }

    private static string Lines(params string[] questions) =>
        string.Concat(questions.Select(question => $$"""{"q":"{{question}}","a":"yes"}""" + "\n"));

    private static IReadOnlyList<Problem> Problems(string folder)
    {
        var problems = new ProblemCollector();
        TaskData.Load(TaskFile.Read(Own, "own.yaml"), folder, problems, problems, int.MaxValue);
        return problems.Problems;
    }

    private static TaskData Load(EvaluationTask task, string folder)
    {
        var problems = new ProblemCollector();
        var data = TaskData.Load(task, folder, problems, problems, int.MaxValue);
        problems.ThrowIfAny();
        return data;
    }

    private static string ExampleSets => Path.Combine(
        typeof(TaskDataTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(entry => entry.Key == "RepositoryRoot").Value!,
        "launch", "examples", "evaluation-sets");

    private sealed class MmluRow
    {
        public string? question { get; set; }

        public string? subject { get; set; }

        public List<string>? choices { get; set; }

        public long answer { get; set; }

        public static MmluRow Of(string subject, string question, int answer) => new()
        {
            question = $"{question} ({subject})",
            subject = subject,
            choices = ["ice", "iron, or steel", "wood", "sand"],
            answer = answer,
        };

        public string Csv() =>
            string.Join(',', new[] { question! }.Concat(choices!).Append($"{"ABCD"[(int)answer]}")
                .Select(value => $"\"{value}\"")) + "\n";
    }
}
