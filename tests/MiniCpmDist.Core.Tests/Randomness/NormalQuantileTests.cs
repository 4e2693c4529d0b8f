using MiniCpmDist.Core.Randomness;

namespace MiniCpmDist.Core.Tests.Randomness;

public sealed class NormalQuantileTests
{
    private const ulong Count = 1UL << 53;

    /// <summary>Quantiles of tables, to the digits that they print.</summary>
    [Theory]
    [InlineData(0.5, 0.0)]
    [InlineData(0.75, 0.6744897501960817)]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.999, 3.090232306167813)]
    [InlineData(1e-9, -5.997807015007686)]
    [InlineData(1e-13, -7.348796102800677)]
    public void Quantiles_agree_with_tables(double probability, double expected)
    {
        var found = NormalQuantile.Of((ulong)(probability * Count));

        // A step of k moves the tail's quantile by 2^-53 over the density.
        var density = Math.Exp(-expected * expected / 2) / Math.Sqrt(2 * Math.PI);
        Assert.Equal(expected, found, 1e-14 + 1.0 / Count / density);
    }

    [Fact]
    public void The_distribution_is_symmetric_to_the_last_bit()
    {
        for (var i = 0UL; i < 10_000; i++)
        {
            var k = CounterRandom.UInt64(1, "symmetry", i) >> 11;
            Assert.Equal(-NormalQuantile.Of(k), NormalQuantile.Of(Count - 1 - k));
        }
    }

    [Fact]
    public void Even_the_first_and_the_last_uniform_have_finite_quantiles()
    {
        Assert.Equal(-8.2924, NormalQuantile.Of(0), 1e-3);
        Assert.Equal(8.2924, NormalQuantile.Of(Count - 1), 1e-3);
        Assert.Throws<ArgumentOutOfRangeException>(() => NormalQuantile.Of(Count));
    }

    [Fact]
    public void Quantiles_rise_across_the_seams_between_the_three_approximations()
    {
        // |q| = 0.425, and r = 5 (p = e^-25).
        foreach (var seam in new[] { 0.075, 0.925, Math.Exp(-25), 1 - Math.Exp(-25) })
        {
            var k = (ulong)(seam * Count);
            var step = Math.Max(1, (ulong)(Math.Min(seam, 1 - seam) * Count / 1000));
            for (var i = 1UL; i <= 20; i++)
                Assert.True(
                    NormalQuantile.Of(k - 10 * step + (i - 1) * step) < NormalQuantile.Of(k - 10 * step + i * step));
        }
    }
}
