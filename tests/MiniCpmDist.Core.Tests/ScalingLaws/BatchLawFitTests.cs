using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.ScalingLaws;

namespace MiniCpmDist.Core.Tests.ScalingLaws;

public class BatchLawFitTests
{
    private const double Scale = 1.21e9;
    private const double Exponent = 6.24;
    private static readonly double[] s_levels = [4.5, 4.25, 4, 3.75, 3.5];
    private static readonly double[] s_batches = [25e3, 50e3, 100e3, 200e3, 400e3, 800e3];

    [Theory]
    [InlineData(5, 5.26e4)]
    [InlineData(4.5, 1.016e5)]
    [InlineData(4, 2.118e5)]
    [InlineData(3.5, 4.87e5)]
    [InlineData(3, 1.275e6)]
    public void The_papers_law_gives_these_batches(double loss, double batch) =>
        Assert.Equal(1, new BatchLawFit(Scale, Exponent, 0, []).Batch(loss) / batch, 5e-3);

    [Fact]
    public void Bowls_around_a_law_give_the_law_back()
    {
        var fit = BatchLawFit.Of(Bowls("9m", 0).Concat(Bowls("36m", 0.7)).ToList(), s_levels);
        Assert.Equal(Exponent, fit.Exponent, 1e-2);
        Assert.Equal(1, fit.Scale / Scale, 2e-2);
        Assert.InRange(Exponent, fit.ExponentInterval.Low, fit.ExponentInterval.High);
        Assert.All(fit.Contours, contour => Assert.NotNull(contour.Vertex));
    }

    [Fact]
    public void A_vertex_outside_of_the_batches_is_rejected_and_shown()
    {
        var fit = BatchLawFit.Of([.. Bowls("9m", 0)], [.. s_levels, 3]);
        var rejected = Assert.Single(fit.Contours, contour => contour.Vertex is null);
        Assert.Equal(3, rejected.Loss);
        Assert.Contains("outside the batches", rejected.Rejected, StringComparison.Ordinal);
        Assert.Equal(Exponent, fit.Exponent, 1e-2);
    }

    [Fact]
    public void Contours_with_too_few_points_are_refused_in_words()
    {
        var problem = Assert.Throws<ConfigurationException>(
            () => BatchLawFit.Of([.. Bowls("9m", 0).Take(3)], s_levels));
        Assert.Contains("9m at 4.5: 3 of 3 batches reach it", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_counts_as_reached_where_the_curve_stays_below_it()
    {
        BatchCurve curve = new("x", 1, [(100, 4), (200, 3), (300, 3.5), (400, 2.5), (800, 2)]);
        Assert.Equal(400, curve.TokensTo(2.5)!.Value, 1e-9);
        Assert.Equal(Math.Sqrt(300 * 400), curve.TokensTo(3)!.Value, 1e-9);
        Assert.Null(curve.TokensTo(1.9));
        Assert.Null(curve.TokensTo(5));
    }

    // Of batch b the loss ℓ takes log t = A(ℓ) + k (log b - log b*(ℓ))² tokens.
    private static IEnumerable<BatchCurve> Bowls(string size, double shift)
    {
        foreach (var batch in s_batches)
        {
            var losses = Enumerable.Range(0, 200).Select(i => 5.5 - i * 0.0135);
            yield return new BatchCurve(size, batch, [.. losses.Select(loss => (Tokens(loss, batch, shift), loss))]);
        }
    }

    private static double Tokens(double loss, double batch, double shift)
    {
        var distance = Math.Log(batch) - Math.Log(Scale) + Exponent * Math.Log(loss);
        return Math.Exp(18 - 8 * Math.Log(loss / 4) - shift + 0.05 * distance * distance);
    }
}
