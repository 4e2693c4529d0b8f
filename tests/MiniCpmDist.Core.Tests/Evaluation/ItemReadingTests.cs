using System.Text.Json;
using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Tests.Evaluation;

public sealed class ItemReadingTests
{
    private const string Options = """
        task: own
        items: own/test.jsonl
        fields: {question: "q.stem or q", answer: key}
        options: q.choices[].text or choices
        labels: q.choices[].label or labels
        forms: [{flavour: own, prompt: "{{question|trim}}\n{{options}}\n{{group|spaced}}:", option: " {{option}}"}]
        """;

    [Fact]
    public void Fields_are_found_in_either_published_form()
    {
        var nested = Read(
            """{"q":{"stem":"?","choices":[{"text":"x","label":"1"},{"text":"y","label":"2"}]},"key":"2"}""");
        var flat = Read("""{"q":"?","choices":["x","y"],"labels":["1","2"],"key":"2"}""");

        Assert.True(nested.AsksTheSame(flat));
        Assert.Equal((1, "y"), (nested.Right, nested.Answer));
        Assert.Equal((1, "y"), (flat.Right, flat.Answer));
    }

    [Fact]
    public void Prompt_and_options_are_the_template_with_its_values()
    {
        var item = Read("""{"q":" Why? ","choices":["x","y"],"labels":["A","B"],"key":"A"}""");
        var prompt = new TaskPrompt(TaskFile.Read(Options, "own.yaml").Forms[0]);

        Assert.Equal("Why?\nA. x\nB. y\nsome group:", prompt.Prompt(item));
        Assert.Equal([" x", " y"], prompt.Options(item));
        Assert.Equal("Why?\nA. x\nB. y\nsome group: x\n\n", prompt.BeforeItem(item, "", [item]));
    }

    [Theory]
    [InlineData("""{"q":"?","choices":["x","x"],"labels":["A","B"],"key":"A"}""", "options that differ", "2 times `x`")]
    [InlineData("""{"q":"?","choices":["x","y"],"labels":["A","B"]}""", "a value at `key`", "nothing there")]
    [InlineData("""{"q":"?","choices":["x","y"],"labels":["A","B"],"key":" "}""", "an answer", "an empty one")]
    [InlineData("""{"q":"?","choices":["x","y"],"labels":["A","B"],"key":"C"}""", "A, B", "`C`")]
    [InlineData("""{"q":"?","choices":["x"],"labels":["A"],"key":"A"}""", "two options", "1")]
    [InlineData("""{"q":"?","choices":["x","y"],"labels":["A"],"key":"A"}""", "2 labels", "1")]
    public void An_item_that_lacks_something_is_told_with_its_place_and_is_kept_as_faulty(
        string json, string expected, string found)
    {
        var problems = new ProblemCollector();

        var item = Read(json, problems);

        Assert.False(item.IsWhole);
        Assert.Contains(problems.Problems, problem => problem.Where == "own/test.jsonl:7"
            && problem.Expected.Contains(expected, StringComparison.Ordinal)
            && problem.Found.Contains(found, StringComparison.Ordinal));
    }

    [Fact]
    public void A_faulty_item_counts_as_wrong_and_stays_among_the_items()
    {
        var form = TaskFile.Read(Options, "own.yaml").Forms[0];
        var whole = Read("""{"q":"?","choices":["x","y"],"labels":["A","B"],"key":"B"}""");
        var twice = Read("""{"q":"?","choices":["x","x"],"labels":["A","B"],"key":"A"}""", new ProblemCollector());
        var faulty = twice with { Id = "faulty" };

        var lines = FormScores.Of(form, [whole, faulty], new Dictionary<string, ItemScore>
        {
            [whole.Id] = new(whole.Id, false, [-2, -1], [1, 1]),
        });

        Assert.Equal(4, lines.Count);
        Assert.All(lines, line => Assert.Equal([1.0, 0.0], line.Right));
        Assert.All(lines, line => Assert.Equal(0.5, line.Score.Mean));
    }

    private static TaskItem Read(string json, ProblemCollector? problems = null)
    {
        var collector = problems ?? new ProblemCollector();
        using var document = JsonDocument.Parse(json);
        var item = new ItemReading(TaskFile.Read(Options, "own.yaml"), collector)
            .Read(document.RootElement, "some_group", 6, "own/test.jsonl:7");
        if (problems is null)
            collector.ThrowIfAny();
        return item;
    }
}
