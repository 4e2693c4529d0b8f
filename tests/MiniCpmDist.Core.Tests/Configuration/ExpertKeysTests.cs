using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Core.Tests.Configuration;

public sealed class ExpertKeysTests
{
    [Fact]
    public void A_dense_preset_with_experts_has_the_published_choices_where_nothing_else_is_said()
    {
        var shape = Parse("model: { preset: nano, experts: 4 }").Model.Shape;

        Assert.Equal(
            ModelPresets.All["nano"] with { Experts = 4, ExpertsPerToken = 2, BalanceLoss = 0.01, RouterZLoss = 0 },
            shape);
    }

    [Theory]
    [InlineData("model: nano-moe")]
    [InlineData("model: { preset: nano, experts: 16, experts_per_token: 3, balance_loss: 0, router_z_loss: 0.001 }")]
    [InlineData("model: nano")]
    public void What_is_written_is_read_again(string model)
    {
        var options = Parse(model);

        Assert.Equal(options, RunFile.Parse(RunFile.Write(options), "run.yaml"));
    }

    [Fact]
    public void The_file_of_a_model_without_experts_does_not_mention_them() =>
        Assert.DoesNotContain("expert", RunFile.Write(Parse("model: nano")), StringComparison.Ordinal);

    [Fact]
    public void A_preset_with_experts_becomes_dense_where_the_file_says_so() =>
        Assert.Equal(ModelPresets.All["nano"], Parse("model: { preset: nano-moe, experts: 0 }").Model.Shape);

    [Theory]
    [InlineData("model: { preset: nano, experts_per_token: 2 }", "model.experts_per_token", "without `experts`")]
    [InlineData("model: { preset: nano, balance_loss: 0.01 }", "model.balance_loss", "without `experts`")]
    [InlineData("model: { preset: nano, router_z_loss: 0.01 }", "model.router_z_loss", "without `experts`")]
    [InlineData("model: { preset: nano, experts: 1 }", "model.experts", "2 experts at least")]
    [InlineData("model: { preset: nano, experts: 300 }", "model.experts", "from 0 to 256")]
    [InlineData(
        "model: { preset: nano, experts: 4, experts_per_token: 5 }", "model.experts_per_token",
        "from 1 to `experts: 4`")]
    [InlineData(
        "model: { preset: nano, experts: 4, experts_per_token: 0 }", "model.experts_per_token",
        "from 1 to `experts: 4`")]
    [InlineData("model: { preset: nano, experts: 4, balance_loss: -1 }", "model.balance_loss", "a number from 0")]
    public void What_does_not_fit_is_one_problem_with_its_key(string model, string where, string expected)
    {
        var problem = Assert.Single(Assert.Throws<ConfigurationException>(() => Parse(model)).Problems);

        Assert.EndsWith(where, problem.Where, StringComparison.Ordinal);
        Assert.Contains(expected, problem.Expected, StringComparison.Ordinal);
    }

    private static RunOptions Parse(string model) =>
        RunFile.Parse(RunText.With("model: nano", model), RunText.Source);
}
