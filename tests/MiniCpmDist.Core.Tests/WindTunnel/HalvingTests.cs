using MiniCpmDist.Core.WindTunnel;

namespace MiniCpmDist.Core.Tests.WindTunnel;

public class HalvingTests
{
    private static readonly HalvingOptions s_halving = new(Factor: 3, Rungs: 3, Check: 3);

    private static readonly Dictionary<int, double> s_losses = new()
    {
        [0] = 5, [1] = double.NaN, [2] = 3, [3] = 4, [4] = 3, [5] = 9, [6] = 8,
    };

    [Theory]
    [InlineData(27, "27 9 3")]
    [InlineData(40, "40 14 5")]
    [InlineData(2, "2 1 1")]
    public void One_of_three_goes_on_and_at_least_one(int trials, string expected) => Assert.Equal(
        expected, string.Join(' ', Enumerable.Range(0, 3).Select(rung => s_halving.CountAt(trials, rung))));

    [Fact]
    public void The_last_length_is_the_whole_one_and_each_before_it_a_third() =>
        Assert.Equal([9, 3, 1], Enumerable.Range(0, 3).Select(s_halving.DivisorOf));

    [Fact]
    public void The_best_go_on_and_one_that_diverged_never_does()
    {
        Assert.Equal([2, 4], HalvingOptions.Best(s_losses, 2));
        Assert.Equal([0, 2, 3, 4, 5, 6], HalvingOptions.Best(s_losses, 20));
    }

    [Fact]
    public void Trials_for_the_check_reach_from_the_best_that_was_given_up_to_the_worst()
    {
        Assert.Equal([0, 3, 5], s_halving.Checked(s_losses, [2, 4]).Order());
        Assert.Equal([3], (s_halving with { Check = 1 }).Checked(s_losses, [2, 4]));
        Assert.Equal([6], s_halving.Checked(s_losses, [0, 2, 3, 4, 5]));
    }

    [Fact]
    public void Agreement_of_orders_is_one_for_the_same_minus_one_for_the_reverse_and_counts_each_swap()
    {
        Assert.Equal(1, KendallTau.Of([(1, 10), (2, 20), (3, 30)]));
        Assert.Equal(-1, KendallTau.Of([(1, 30), (2, 20), (3, 10)]));
        // scipy.stats.kendalltau gives the same where nothing is equal.
        Assert.Equal(1.0 / 3, KendallTau.Of([(1, 10), (2, 30), (3, 20)]), 1e-12);
    }
}
