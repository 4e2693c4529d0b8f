namespace MiniCpmDist.Core.Randomness;

/// <summary>
/// The natural logarithm from operations that IEEE 754 rounds the same way everywhere; within four units in the last
/// place, and within one for the small numbers that the quantile asks for. (<see cref="Math.Log(double)"/> is the C
/// library's and differs between them in the last bit.)
/// </summary>
/// <remarks>
/// For a positive normal x: write x = m · 2^e with 1 ≤ m &lt; 2; where m &gt; 1.4142135623730951, halve m and add 1 to
/// e. With f = (m - 1) / (m + 1) and z = f · f, let s = 1/23; for d = 21, 19, ..., 3, 1 (in this order): s = s · z +
/// 1/d, where 1/d is the float64 quotient. Then log x = e · 0.693147180369123816490 + (e · 1.90821492927058770002e-10 +
/// (f + f) · s): the two constants are log 2 in a part with trailing zeros, so that its product with e is exact, and
/// the rest.
/// </remarks>
public static class PortableLog
{
    private const double Sqrt2 = 1.4142135623730951;
    private const double Log2High = 0.693147180369123816490;
    private const double Log2Low = 1.90821492927058770002e-10;
    private const int MantissaBits = 52;
    private const int ExponentBias = 1023;
    private const double HighestDivisor = 23;

    /// <param name="x">Positive, finite and not subnormal.</param>
    public static double Of(double x)
    {
        if (!double.IsNormal(x) || x < 0)
            throw new ArgumentOutOfRangeException(nameof(x), x, "Expected a positive, finite, normal number.");
        var bits = BitConverter.DoubleToUInt64Bits(x);
        var exponent = (int)(bits >> MantissaBits) - ExponentBias;
        var mantissa = BitConverter.UInt64BitsToDouble(
            (bits & ((1UL << MantissaBits) - 1)) | (ulong)ExponentBias << MantissaBits);
        if (mantissa > Sqrt2)
        {
            mantissa *= 0.5;
            exponent++;
        }
        var f = (mantissa - 1) / (mantissa + 1);
        var z = f * f;
        // log m = 2 (f + f^3/3 + f^5/5 + ...); |f| < 0.172, so that what follows f^23/23 is below 2^-64 of the sum.
        var series = 1 / HighestDivisor;
        for (var divisor = HighestDivisor - 2; divisor > 0; divisor -= 2)
        {
            var scaled = series * z;
            series = scaled + 1 / divisor;
        }
        var low = exponent * Log2Low;
        var fraction = (f + f) * series;
        return exponent * Log2High + (low + fraction);
    }
}
