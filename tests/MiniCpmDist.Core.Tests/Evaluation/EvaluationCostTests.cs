using MiniCpmDist.Core.Evaluation;

namespace MiniCpmDist.Core.Tests.Evaluation;

public sealed class EvaluationCostTests
{
    [Fact]
    public void A_position_of_an_evaluation_costs_a_third_of_a_token_of_training() =>
        Assert.Equal(0.01, new EvaluationCost(30_000, 1_000_000).Share);

    [Fact]
    public void The_stretch_for_a_share_has_that_share()
    {
        var cost = new EvaluationCost(12_345, 1_000);
        var tokens = cost.TokensFor(0.05);

        Assert.True((cost with { Every = tokens }).Share <= 0.05);
        Assert.True((cost with { Every = tokens - 1 }).Share > 0.05);
    }

    [Fact]
    public void A_run_without_an_end_has_no_share() => Assert.Null(new EvaluationCost(100, null).Share);
}
