using MiniCpmDist.Cli.Charts;

namespace MiniCpmDist.Cli.Tests.Charts;

public class AxisTests
{
    [Theory]
    [InlineData(0, 983_040, 10, new[] { 0, 100e3, 200e3, 300e3, 400e3, 500e3, 600e3, 700e3, 800e3, 900e3 })]
    [InlineData(0, 983_040, 5, new[] { 0, 200e3, 400e3, 600e3, 800e3 })]
    [InlineData(3.9, 4.62, 8, new[] { 3.9, 4.0, 4.1, 4.2, 4.3, 4.4, 4.5, 4.6 })]
    [InlineData(3.9, 4.62, 7, new[] { 4.0, 4.2, 4.4, 4.6 })]
    [InlineData(-1, 1, 3, new[] { -1.0, 0, 1 })]
    public void Ticks_are_round_and_as_many_as_fit(double low, double high, int most, double[] expected)
    {
        var ticks = NiceTicks.Between(low, high, most);
        Assert.Equal(expected.Length, ticks.Values.Count);
        Assert.All(expected.Zip(ticks.Values), pair => Assert.Equal(pair.First, pair.Second, 1e-9 * high));
    }

    [Fact]
    public void Ticks_of_whole_numbers_do_not_fall_between_them() =>
        Assert.Equal([5.0, 6, 7], NiceTicks.Between(5, 7, 10, smallestStep: 1).Values);

    [Theory]
    [InlineData(0, "0")]
    [InlineData(500, "500")]
    [InlineData(1_000, "1K")]
    [InlineData(200_000, "200K")]
    [InlineData(999_999, "999.999K")]
    [InlineData(1_000_000, "1M")]
    [InlineData(1_250_000_000, "1.25B")]
    [InlineData(2e12, "2T")]
    public void Tokens_are_labelled_with_a_unit(double tokens, string expected) =>
        Assert.Equal(expected, AxisText.Tokens(tokens));

    [Theory]
    [InlineData(4, 1, "4")]
    [InlineData(4, 0.5, "4.0")]
    [InlineData(4.25, 0.05, "4.25")]
    [InlineData(40, 20, "40")]
    public void Loss_ticks_have_the_digits_of_their_step(double loss, double step, string expected) =>
        Assert.Equal(expected, AxisText.LossTick(loss, step));

    [Fact]
    public void The_steep_first_steps_are_cut_off_and_their_height_is_kept()
    {
        var window = LossWindow.Around([Some.Trunk()]);
        Assert.Equal(Some.Trunk().Training.Max(point => point.Loss), window.CutOff);
        Assert.True(window.MaxLoss < 7.5);
        Assert.True(window.MinLoss < Some.Trunk().Training.Min(point => point.Loss));
    }

    [Fact]
    public void A_late_spike_is_never_cut_off()
    {
        var window = LossWindow.Around([Some.Of((0, 4.2), (100, 4.1), (200, 9), (300, 4))]);
        Assert.Null(window.CutOff);
        Assert.True(window.MaxLoss > 9);
    }

    [Fact]
    public void A_branch_alone_begins_at_its_own_first_token() =>
        Assert.Equal(400 * Some.TokenBatch, LossWindow.Around([Some.Decay()]).MinTokens);

    [Fact]
    public void Nothing_finite_to_show_is_refused() =>
        Assert.Throws<ArgumentException>(
            () => LossWindow.Around([Some.Of((1, double.NaN), (2, double.PositiveInfinity))]));

    [Fact]
    public void Labels_that_collide_move_apart_in_order_and_stay_inside()
    {
        Assert.Equal([20, 36, 90], LabelSpread.Spread([20, 22, 90], 16, 0, 100));
        Assert.Equal([84, 68, 100], LabelSpread.Spread([98, 97, 99], 16, 0, 100));
    }
}
