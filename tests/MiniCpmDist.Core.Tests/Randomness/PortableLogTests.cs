using MiniCpmDist.Core.Randomness;

namespace MiniCpmDist.Core.Tests.Randomness;

public sealed class PortableLogTests
{
    [Fact]
    public void It_is_near_the_C_library_and_nearest_in_the_tails()
    {
        for (var i = 0UL; i < 20_000; i++)
        {
            var uniform = ((CounterRandom.UInt64(1, "log", i) >> 11) + 0.5) / (1L << 53);
            // Around 1 the result is small. The tails reach down to 2^-54 and beyond.
            AssertNear(Math.Log(0.5 + uniform), PortableLog.Of(0.5 + uniform), units: 4);
            AssertNear(Math.Log(0.075 * uniform), PortableLog.Of(0.075 * uniform), units: 1);
            var tail = uniform * Math.ScaleB(1, -(int)(i % 60) - 4);
            AssertNear(Math.Log(tail), PortableLog.Of(tail), units: 1);
        }
    }

    [Theory]
    [InlineData(1.0, 0.0)]
    [InlineData(2.0, 0.6931471805599453)]
    [InlineData(10.0, 2.302585092994046)]
    [InlineData(5.551115123125783e-17, -37.429947750237048)]
    public void Known_logarithms_agree(double x, double expected) => AssertNear(expected, PortableLog.Of(x), units: 1);

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.Epsilon)]
    public void What_has_no_logarithm_here_is_refused(double x) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PortableLog.Of(x));

    private static void AssertNear(double expected, double found, int units)
    {
        var unit = Math.BitIncrement(Math.Abs(expected)) - Math.Abs(expected);
        Assert.InRange(found, expected - units * unit, expected + units * unit);
    }
}
