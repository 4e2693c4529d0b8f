using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Tests.Evaluation;

public sealed class TaskFileTests
{
    private const string Good = """
        task: own
        items: own/test.jsonl
        shots: own/dev.jsonl
        fields: {question: q, answer: label}
        options: choices
        answer_is: index
        forms:
          - {flavour: harness, shots: 2, prompt: "Q: {{question}}\nA:"}
        """;

    public static TheoryData<string> BuiltIn => [.. BuiltInTasks.Names];

    [Theory]
    [MemberData(nameof(BuiltIn))]
    public void Every_task_that_comes_with_the_program_can_be_read_and_has_its_own_name(string name)
    {
        var task = TaskFile.Read(BuiltInTasks.Text(name), name + ".yaml");

        Assert.Equal(name, task.Name);
        Assert.NotEmpty(task.About);
    }

    [Theory]
    [InlineData("arc-easy")]
    [InlineData("arc-challenge")]
    [InlineData("hellaswag")]
    [InlineData("mmlu")]
    public void Tasks_that_the_paper_asks_in_both_modes_have_forms_of_both_in_one_flavour(string name)
    {
        var forms = TaskFile.Read(BuiltInTasks.Text(name), name).Forms.Where(form => form.Flavour == "ultraeval");

        Assert.Equal(
            [ScoringMode.Likelihood, ScoringMode.Generation], forms.Select(form => form.Mode).Order());
    }

    [Fact]
    public void All_mistakes_of_a_task_file_are_told_at_once_with_their_lines()
    {
        var yaml = Good
            .Replace("task: own", "task: Own Task", StringComparison.Ordinal)
            .Replace("{{question}}", "{{qestion|trimm}}", StringComparison.Ordinal)
            .Replace("answer_is: index", "answer_is: number", StringComparison.Ordinal)
            .Replace("flavour: harness,", "flavour: harness, shts: 1,", StringComparison.Ordinal);

        var problems = Assert.Throws<ConfigurationException>(() => TaskFile.Read(yaml, "own.yaml")).Problems;

        Assert.Contains(problems, problem => problem.Where == "own.yaml:1: task");
        Assert.Contains(problems, problem => problem.ToString().Contains("did you mean `question`", Ordinal));
        Assert.Contains(problems, problem => problem.ToString().Contains("did you mean `trim`", Ordinal));
        Assert.Contains(problems, problem => problem.Found == "`number`");
        Assert.Contains(problems, problem => problem.ToString().Contains("did you mean `shots`", Ordinal)
            || problem.Found == "`shts`");
    }

    [Theory]
    [InlineData("shots: own/dev.jsonl", "shots: own/test.jsonl", "another split")]
    [InlineData("shots: own/dev.jsonl", "", "the files of the examples")]
    [InlineData("options: choices\nanswer_is: index", "", "because the task has no options")]
    [InlineData("items: own/test.jsonl", "items: ../test.jsonl", "below the folder of all sets")]
    [InlineData("answer: label", "label: label", "a field `answer`")]
    public void A_task_that_could_not_give_an_honest_number_is_refused(string from, string to, string expected)
    {
        var yaml = Good.Replace(from, to, StringComparison.Ordinal);

        var problem = Assert.Throws<ConfigurationException>(() => TaskFile.Read(yaml, "own.yaml"));

        Assert.Contains(expected, problem.Message, Ordinal);
    }

    [Fact]
    public void An_unknown_task_is_told_with_the_one_that_was_meant() => Assert.Contains(
        "did you mean `hellaswag`?",
        Assert.Throws<ConfigurationException>(() => BuiltInTasks.Text("helaswag")).Message, Ordinal);

    private const StringComparison Ordinal = StringComparison.Ordinal;
}
