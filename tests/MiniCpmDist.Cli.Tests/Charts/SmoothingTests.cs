using MiniCpmDist.Cli.Charts;

namespace MiniCpmDist.Cli.Tests.Charts;

public class SmoothingTests
{
    [Fact]
    public void A_straight_line_stays_itself_up_to_both_ends()
    {
        LossPoint[] line = [.. Enumerable.Range(0, 60).Select(index => new LossPoint(index * 100, 5 - 0.01 * index))];
        Assert.All(
            Smoothing.Smooth(line, 500).Zip(line), pair => Assert.Equal(pair.Second.Loss, pair.First.Loss, 1e-9));
    }

    [Fact]
    public void Noise_becomes_less_at_the_end_as_well()
    {
        var trunk = Some.Trunk();
        var smooth = Smoothing.Smooth(trunk.Training, 12_000);
        for (var step = 100; step <= 480; step++)
            Assert.Equal(Some.StableLoss(step), smooth[step - 1].Loss, 0.05);
    }

    [Fact]
    public void Points_farther_apart_than_the_kernel_reaches_stay_as_they_are()
    {
        LossPoint[] points = [new(0, 5), new(1000, 4), new(2000, 6)];
        Assert.Equal(points, Smoothing.Smooth(points, 1));
    }

    [Fact]
    public void A_spike_at_the_end_is_not_overshot()
    {
        LossPoint[] points = [.. Enumerable.Range(0, 30)
            .Select(index => new LossPoint(index * 100, index == 29 ? 40 : 4 + 0.1 * (index % 2)))];
        Assert.All(Smoothing.Smooth(points, 300), point => Assert.InRange(point.Loss, 4, 40));
    }

    [Fact]
    public void Thinning_keeps_every_spike_and_the_order()
    {
        LossPoint[] points =
            [.. Enumerable.Range(0, 100_000).Select(index => new LossPoint(index, index == 54_321 ? 99 : 4))];
        var thin = Thinning.Extremes(points, 400);
        Assert.InRange(thin.Count, 400, 800);
        Assert.Contains(new LossPoint(54_321, 99), thin);
        Assert.Equal(thin.OrderBy(point => point.Tokens), thin);
    }

    [Fact]
    public void Thinning_by_means_keeps_the_mean()
    {
        LossPoint[] points = [.. Enumerable.Range(0, 8000).Select(index => new LossPoint(index, index % 7))];
        var thin = Thinning.Means(points, 400);
        Assert.Equal(800, thin.Count);
        Assert.Equal(points.Average(point => point.Loss), thin.Average(point => point.Loss), 1e-9);
    }

    [Fact]
    public void Few_points_are_not_thinned() =>
        Assert.Equal(Some.Trunk().Training, Thinning.Extremes(Some.Trunk().Training, 400));
}
