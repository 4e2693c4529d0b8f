using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Tests.Configuration;

public class RecipeEditTests
{
    private const string Law = "{ a: 5E+06, b: 4.1 }";

    private const string Recipe = """
        # A recipe.
        model: nano
        data: { train: tokens, sequence_length: 64 }
        schedule:
          # Why this rate.
          learning_rate: 0.01
          stable: 10 steps
          decay: 0 steps # none
          token_batch: 128 tokens
        parallel: { lanes: 1, micro_batch: 2 }
        """;

    [Fact]
    public void A_key_is_put_before_the_first_of_its_section_and_every_other_line_stays()
    {
        var edited = With(Recipe);
        Assert.Equal(Recipe.Split('\n'), edited.Split('\n').Where(line => !line.Contains("batch_law")));
        Assert.Contains("\n  batch_law: { a: 5E+06, b: 4.1 }\n", edited, StringComparison.Ordinal);
        Assert.Equal(4.1, RunFile.Parse(edited, "r").Schedule.Batches.Law!.Exponent);
    }

    [Theory]
    [InlineData("batch_law: { a: 1, b: 2 } # a guess", "batch_law: { a: 5E+06, b: 4.1 } # a guess")]
    [InlineData("batch_law:\n    a: 1\n    b: 2\n  # and on", "batch_law: { a: 5E+06, b: 4.1 }\n  # and on")]
    public void A_value_that_is_there_is_replaced_and_comments_after_it_stay(string old, string expected)
    {
        var recipe = Recipe.Replace("stable: 10", old + "\n  stable: 10", StringComparison.Ordinal);
        Assert.Equal(recipe.Replace(old, expected, StringComparison.Ordinal), With(recipe));
    }

    [Fact]
    public void A_section_on_one_line_gets_the_key_within_its_braces()
    {
        var recipe = "model: nano\ndata: { train: tokens, sequence_length: 64 }\n"
            + "schedule: { stable: 10 steps, decay: 0 steps, token_batch: 128 tokens }\n"
            + "parallel: { lanes: 1, micro_batch: 2 }\n";
        Assert.Contains(
            "schedule: { batch_law: { a: 5E+06, b: 4.1 }, stable: 10 steps", With(recipe), StringComparison.Ordinal);
    }

    [Fact]
    public void A_recipe_whose_other_keys_do_not_go_with_the_new_one_is_refused()
    {
        var recipe = Recipe.Replace(
            "stable: 10", "batch_stages: [{ from: 5 steps, token_batch: 256 tokens }]\n  stable: 10",
            StringComparison.Ordinal);
        Assert.Throws<ConfigurationException>(() => With(recipe));
        Assert.Throws<ConfigurationException>(() => With("model: nano\n"));
    }

    private static string With(string recipe) => RecipeEdit.With(recipe, "r.yaml", "schedule", "batch_law", Law);
}
