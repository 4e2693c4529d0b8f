using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Randomness;
using MiniCpmDist.Core.ScalingLaws;

namespace MiniCpmDist.Core.Tests.ScalingLaws;

public class LossLawFitTests
{
    private static readonly double[] s_sizes = [0.031e9, 0.11e9, 0.25e9, 0.49e9, 0.85e9, 2.0e9];
    private static readonly double[] s_multiples = [10, 20, 30, 40, 50, 60];

    [Fact]
    public void Losses_made_from_a_law_give_the_law_back()
    {
        var law = LossLawFit.Of(Ladder(), resamples: 0, seed: 1).Law;
        var paper = LossLawTests.Paper;
        Assert.Equal(paper.SizeExponent, law.SizeExponent, 1e-3);
        Assert.Equal(paper.DataExponent, law.DataExponent, 1e-3);
        Assert.Equal(paper.Irreducible, law.Irreducible, 1e-3);
        Assert.Equal(1, law.SizeScale / paper.SizeScale, 1e-2);
        Assert.Equal(1, law.DataScale / paper.DataScale, 1e-2);
    }

    [Fact]
    public void The_law_of_small_models_is_found_as_well()
    {
        LossLaw small = new(0.05, 0.35, 0.1, 0.4, 1.2);
        var points = Ladder(small, [5e4, 1e5, 2e5, 4e5]);
        var law = LossLawFit.Of(points, resamples: 0, seed: 1).Law;
        Assert.Equal(small.SizeExponent, law.SizeExponent, 1e-2);
        Assert.Equal(small.Loss(8e5, 2e7), law.Loss(8e5, 2e7), 1e-3);
    }

    [Fact]
    public void With_noise_the_interval_holds_the_true_exponents_and_a_larger_model_is_predicted_within_a_percent()
    {
        var fit = LossLawFit.Of(Ladder(noise: 0.002), resamples: 60, seed: 1);
        var paper = LossLawTests.Paper;
        var (low, high) = fit.IntervalOf(law => law.Loss(7e9, 2e11));
        Assert.Equal(1, fit.Law.Loss(7e9, 2e11) / paper.Loss(7e9, 2e11), 0.01);
        Assert.InRange(paper.Loss(7e9, 2e11), low * 0.995, high * 1.005);
        Assert.InRange(fit.RelativeError, 0.0005, 0.004);
        Assert.True(fit.Resampled.Count > 40);
    }

    [Fact]
    public void One_run_that_went_wrong_hardly_moves_the_law()
    {
        var points = Ladder().ToList();
        points[8] = points[8] with { Loss = points[8].Loss * 1.2 };
        var law = LossLawFit.Of(points, resamples: 0, seed: 1).Law;
        Assert.Equal(1, law.Loss(7e9, 2e11) / LossLawTests.Paper.Loss(7e9, 2e11), 0.005);
    }

    [Fact]
    public void The_same_runs_and_seed_give_the_same_intervals()
    {
        var first = LossLawFit.Of(Ladder(noise: 0.002), resamples: 10, seed: 1);
        var second = LossLawFit.Of(Ladder(noise: 0.002), resamples: 10, seed: 1);
        Assert.Equal(first.IntervalOf(law => law.SizeExponent), second.IntervalOf(law => law.SizeExponent));
    }

    [Fact]
    public void Runs_of_one_size_are_refused()
    {
        var problem = Assert.Throws<ConfigurationException>(
            () => LossLawFit.Of(Ladder(sizes: [1e9]), resamples: 0, seed: 1));
        Assert.Contains("at least 3 model sizes", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_with_one_ratio_of_tokens_to_parameters_are_refused()
    {
        ScalingPoint[] points = [.. s_sizes.Select(size => Point(LossLawTests.Paper, size, 20 * size, 0))];
        var problem = Assert.Throws<ConfigurationException>(() => LossLawFit.Of(points, resamples: 0, seed: 1));
        Assert.Contains("more than one ratio", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_that_is_wrong_with_the_runs_is_told_at_once()
    {
        ScalingPoint[] points = [new("nan", 1e9, 2e10, double.NaN)];
        var problem = Assert.Throws<ConfigurationException>(() => LossLawFit.Of(points, resamples: 0, seed: 1));
        Assert.Equal(4, problem.Problems.Count);
    }

    private static IReadOnlyList<ScalingPoint> Ladder(LossLaw? law = null, double[]? sizes = null, double noise = 0) =>
    [
        .. (sizes ?? s_sizes).SelectMany(size => s_multiples.Select(
            multiple => Point(law ?? LossLawTests.Paper, size, multiple * size, noise))),
    ];

    private static ScalingPoint Point(LossLaw law, double size, double tokens, double noise)
    {
        var draw = new float[1];
        CounterRandom.FillNormal(draw, (long)(size / 1e3) + (long)(tokens / 1e3), seed: 5, "noise", std: 1);
        return new ScalingPoint($"{size}-{tokens}", size, tokens, law.Loss(size, tokens) * Math.Exp(noise * draw[0]));
    }
}
