using System.Reflection;
using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Evaluation;
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
}
