using MiniCpmDist.Core.Planning;

namespace MiniCpmDist.Core.Tests.Planning;

public sealed class TrainingCostTests
{
    [Fact]
    public void A_run_costs_its_tokens_times_what_one_costs()
    {
        var run = SomeRun.Of();
        var cost = TrainingCost.Of(run);

        Assert.Equal(run.Model.Shape.FlopsPerToken(256), cost.FlopsPerToken);
        Assert.Equal(cost.FlopsPerToken * 131_072, cost.FlopsPerStep);
        Assert.Equal(500, cost.Steps);
        Assert.Equal(500 * 131_072, cost.Tokens);
        Assert.Equal(1000, cost.TokensPerSecond(peakFlops: 4000 * cost.FlopsPerToken, mfu: 0.25));
        Assert.Equal(500 * 131_072 / 86_400.0, cost.Days(tokensPerSecond: 1));
    }

    [Fact]
    public void A_stable_phase_until_told_has_no_number_of_days()
    {
        var run = SomeRun.Of();
        var open = TrainingCost.Of(run with { Schedule = run.Schedule with { StableIsOpen = true } });

        Assert.Null(open.Steps);
        Assert.Null(open.Days(1000));
    }
}
