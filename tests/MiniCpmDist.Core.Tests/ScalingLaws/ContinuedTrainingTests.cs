using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.ScalingLaws;

namespace MiniCpmDist.Core.Tests.ScalingLaws;

public class ContinuedTrainingTests
{
    private static readonly double[] s_spent = [10, 20, 40, 80, 160, 320];

    [Fact]
    public void Where_the_loss_falls_as_a_power_law_the_power_law_wins_and_its_limit_comes_back()
    {
        var fit = ContinuedTraining.Of(
            [.. s_spent.Select(spent => (spent, 0.98 * Math.Pow(spent / 10, -0.543) + 3.274))]);
        Assert.True(fit.PowerLawWins);
        Assert.Equal(3.274, fit.Power.Limit, 1e-3);
        Assert.Equal(0.543, fit.Power.Rate, 1e-2);
    }

    [Fact]
    public void Where_the_loss_falls_exponentially_the_exponential_wins()
    {
        var fit = ContinuedTraining.Of([.. s_spent.Select(spent => (spent, 0.88 * Math.Exp(-spent / 60) + 3.472))]);
        Assert.False(fit.PowerLawWins);
        Assert.Equal(3.472, fit.Exponential.Limit, 1e-3);
    }

    [Fact]
    public void Three_points_are_refused() =>
        Assert.Throws<ConfigurationException>(() => ContinuedTraining.Of([(1, 3), (2, 2.5), (3, 2.4)]));
}
