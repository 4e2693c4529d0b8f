using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Core.Tests.Configuration;

public sealed class RopeKeysTests
{
    private static readonly string s_ones = string.Join(", ", Enumerable.Repeat("1", 16));

    public static TheoryData<string> Scalings =>
    [
        "{ type: none }",
        "{ type: dynamic, factor: 4, original_length: 64K }",
        "{ type: yarn, factor: 8, original_length: 512, beta_fast: 16, beta_slow: 2, attention_factor: 1.1 }",
        "{ type: yarn, factor: 8, original_length: 512 }",
        $"{{ type: longrope, factor: 8, original_length: 512, long_factors: [{s_ones}] }}",
        $"{{ type: longrope, factor: 8, original_length: 512, long_factors: [{s_ones}], short_factors: [{s_ones}] }}",
    ];

    [Theory]
    [MemberData(nameof(Scalings))]
    public void What_is_written_is_read_again(string scaling)
    {
        var options = Parse(scaling);

        Assert.Equal(options, RunFile.Parse(RunFile.Write(options), "run.yaml"));
    }

    [Fact]
    public void Nothing_is_written_of_a_model_that_turns_by_its_base_alone() =>
        Assert.DoesNotContain("rope_scaling", RunFile.Write(Parse("{ type: none }")), StringComparison.Ordinal);

    [Fact]
    public void Long_rope_without_a_list_for_short_sequences_leaves_these_as_they_were()
    {
        var scaling = Parse($"{{ type: longrope, factor: 8, original_length: 512, long_factors: [{s_ones}] }}")
            .Model.Shape.RopeScaling;

        Assert.Equal(Enumerable.Repeat(1.0, 16), scaling.ShortFactors);
    }

    [Fact]
    public void A_checkpoint_holds_a_run_to_every_key_and_an_older_one_stands_for_none()
    {
        var held = FixedKeys.Of(Parse(
            $"{{ type: longrope, factor: 8, original_length: 512, long_factors: [{s_ones}] }}")).ToDictionary();
        var none = FixedKeys.Of(Parse("{ type: none }")).ToDictionary();

        Assert.Equal("longrope", held["model.rope_scaling.type"]);
        Assert.Equal(s_ones, held["model.rope_scaling.long_factors"]);
        Assert.All(
            none.Where(entry => entry.Key.StartsWith("model.rope_scaling.", StringComparison.Ordinal)),
            entry => Assert.Equal(RunKeys.Find(entry.Key).Earlier, entry.Value));
    }

    [Theory]
    [InlineData("{ type: linear, factor: 2 }", "type", "`none` or `dynamic` or `yarn` or `longrope`")]
    [InlineData("{ type: dynamic, factor: 4 }", "original_length", "trained with before")]
    [InlineData("{ type: dynamic, original_length: 64 }", "factor", "over the old one")]
    [InlineData("{ type: dynamic, factor: 0.5, original_length: 64 }", "factor", "a number from 1")]
    [InlineData("{ type: dynamic, factor: 4, original_length: 64, beta_fast: 2 }", "beta_fast", "no such key")]
    [InlineData("{ type: none, factor: 4 }", "factor", "no such key")]
    [InlineData(
        "{ type: yarn, factor: 4, original_length: 64, beta_fast: 1, beta_slow: 2 }", "beta_fast", "more than")]
    [InlineData("{ type: yarn, factor: 4, original_length: 1 }", "original_length", "from 2")]
    [InlineData(
        "{ type: longrope, factor: 8, original_length: 64, long_factors: [1, 2] }", "long_factors", "16 numbers")]
    [InlineData(
        "{ type: longrope, factor: 8, original_length: 64, long_factors: [1, -2] }", "long_factors", "above zero")]
    [InlineData("{ type: longrope, factor: 8, original_length: 64 }", "long_factors", "16 numbers")]
    [InlineData(
        "{ type: longrope, original_length: 64, long_factors: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1] }",
        "factor", "the new length over the old one")]
    [InlineData("{ type: yarn, facto: 4, original_length: 64, factor: 2 }", "facto", "a key of model.rope_scaling")]
    public void What_does_not_fit_is_one_problem_with_its_key(string scaling, string key, string expected)
    {
        var problem = Assert.Single(Assert.Throws<ConfigurationException>(() => Parse(scaling)).Problems);

        Assert.EndsWith("model.rope_scaling." + key, problem.Where, StringComparison.Ordinal);
        Assert.Contains(expected, problem.Expected, StringComparison.Ordinal);
    }

    private static RunOptions Parse(string scaling) => RunFile.Parse(
        RunText.With("model: nano", $"model: {{ preset: nano, rope_scaling: {scaling} }}"), RunText.Source);
}
