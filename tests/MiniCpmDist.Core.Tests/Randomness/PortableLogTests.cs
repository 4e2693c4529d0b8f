using MiniCpmDist.Core.Randomness;
using Xunit;

namespace MiniCpmDist.Core.Tests.Randomness;

public sealed class PortableLogTests
{
    [Fact]
    public void It_is_within_two_units_in_the_last_place_of_the_C_library()
    {
        for (var i = 0UL; i < 20_000; i++)
        {
            var uniform = ((CounterRandom.UInt64(1, "log", i) >> 11) + 0.5) / (1L << 53);
            // Tails down to 2^-54 and beyond, and numbers around 1, where the result is small.
            foreach (var x in new[] { uniform, uniform * uniform * uniform, 0.5 + uniform })
                AssertNear(Math.Log(x), PortableLog.Of(x));
        }
    }

    [Theory]
    [InlineData(1.0, 0.0)]
    [InlineData(2.0, 0.6931471805599453)]
    [InlineData(10.0, 2.302585092994046)]
    [InlineData(5.551115123125783e-17, -37.429947750237048)]
    public void Known_logarithms_are_exact(double x, double expected) => AssertNear(expected, PortableLog.Of(x));

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.Epsilon)]
    public void What_has_no_logarithm_here_is_refused(double x) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PortableLog.Of(x));

    private static void AssertNear(double expected, double found) =>
        Assert.InRange(found, expected - 2 * Math.BitIncrement(Math.Abs(expected)) * 2.3e-16, expected + 2 * Math.BitIncrement(Math.Abs(expected)) * 2.3e-16);
}
