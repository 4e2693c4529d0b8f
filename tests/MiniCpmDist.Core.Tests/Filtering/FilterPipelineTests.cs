using MiniCpmDist.Core.Filtering;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Tests.Filtering;

public sealed class FilterPipelineTests
{
    [Fact]
    public void The_first_rule_that_removes_a_text_is_the_one_that_counts()
    {
        var pipeline = FilterPipeline.Read(
            """
            rules:
              - { measure: words, least: 2 }
              - { measure: characters, most: 10, name: not too long }
            """, "rules.yaml");

        Assert.Null(pipeline.Removes("two words"));
        Assert.Equal("words", pipeline.Removes("Donaudampfschifffahrt")?.Rule.Name);
        Assert.Equal(1, pipeline.Removes("x")?.Value);
        Assert.Equal("not too long", pipeline.Removes("more than ten characters")?.Rule.Name);
        Assert.Equal(["words", "not too long"], pipeline.Names);
    }

    [Fact]
    public void Everything_that_is_wrong_with_a_file_is_told_at_once()
    {
        var problems = Assert.Throws<ConfigurationException>(() => FilterPipeline.Read(
            """
            rules:
              - { measure: wrods, least: 1 }
              - { measure: words }
              - { measure: words, least: 5, most: 3 }
              - { measure: top_ngram_characters, most: 0.2 }
              - { measure: characters, least: 1, n: 3 }
              - { measure: script_letters, least: 1, scripts: [latine] }
              - { measure: characters, lest: 1, most: 3 }
              - { measure: characters, most: 9 }
            classifier: { least: 0.5 }
            rule: []
            """, "rules.yaml")).Problems;

        string[] expected =
        [
            "did you mean `words`?", "write such as `least: 50`", "exchange them", "write such as `n: 5`",
            "leave it out", "did you mean `latin`?", "did you mean `least`?", "a `name` of its own",
            "program: [python3", "found `rule`",
        ];
        Assert.All(expected, fix => Assert.Contains(
            problems, problem => problem.ToString().Contains(fix, StringComparison.Ordinal)));
        Assert.All(problems, problem => Assert.StartsWith("rules.yaml:", problem.Where, StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_without_a_rule_is_refused()
    {
        Assert.Contains("one rule at least", Assert.Throws<ConfigurationException>(
            () => FilterPipeline.Read("rules: []", "rules.yaml")).Message, StringComparison.Ordinal);
    }
}
