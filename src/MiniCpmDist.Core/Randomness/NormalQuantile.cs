namespace MiniCpmDist.Core.Randomness;

/// <summary>
/// The quantile of the normal distribution by algorithm AS 241, PPND16 (M. J. Wichura, Applied Statistics 37, 1988),
/// about 16 digits.
/// </summary>
/// <remarks>
/// For the uniform p = (k + 0.5) / 2^53 with 0 ≤ k &lt; 2^53. k + 0.5 itself needs 54 bits where k ≥ 2^52, so p is
/// never formed: q = p - 1/2 = ((k - 2^52) + 0.5) · 2^-53 is exact, and so is the smaller tail, t = (j + 0.5) · 2^-53
/// with j = k where k &lt; 2^52 and j = 2^53 - 1 - k elsewhere. Then:
/// <list type="bullet">
/// <item>|q| ≤ 0.425: r = 0.180625 - q · q; the result is q · A(r) / B(r), the product first.</item>
/// <item>Otherwise r = sqrt(-log t), with <see cref="PortableLog"/>. Where r ≤ 5, the magnitude is
/// C(r - 1.6) / D(r - 1.6), else E(r - 5) / F(r - 5). The result has the sign of q.</item>
/// </list>
/// A .. F are the published polynomials of degree 7, evaluated by Horner's rule from the highest power down.
/// </remarks>
public static class NormalQuantile
{
    private const double CentralHalfWidth = 0.425;
    private const double CentralOffset = 0.180625;
    private const double MiddleOffset = 1.6;
    private const double MiddleLimit = 5;
    private const double UniformStep = 1.0 / (1L << 53);
    private const ulong Half = 1UL << 52;

    /// <summary>The quantile of (k + 0.5) / 2^53: odd in k around 2^52 - 1/2, finite for every k.</summary>
    /// <param name="k">Below 2^53.</param>
    public static double Of(ulong k)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(k, 2 * Half);
        var q = ((long)k - (long)Half + 0.5) * UniformStep;
        if (Math.Abs(q) <= CentralHalfWidth)
        {
            var central = CentralOffset - q * q;
            return q * Evaluate(CentralNumerator, central) / Evaluate(CentralDenominator, central);
        }
        var magnitude = Tail(((k < Half ? k : 2 * Half - 1 - k) + 0.5) * UniformStep);
        return q < 0 ? -magnitude : magnitude;
    }

    private static double Tail(double probability)
    {
        var r = Math.Sqrt(-PortableLog.Of(probability));
        return r <= MiddleLimit
            ? Evaluate(MiddleNumerator, r - MiddleOffset) / Evaluate(MiddleDenominator, r - MiddleOffset)
            : Evaluate(TailNumerator, r - MiddleLimit) / Evaluate(TailDenominator, r - MiddleLimit);
    }

    private static double Evaluate(ReadOnlySpan<double> coefficients, double x)
    {
        var value = coefficients[^1];
        for (var i = coefficients.Length - 2; i >= 0; i--)
        {
            var product = value * x;
            value = product + coefficients[i];
        }
        return value;
    }

    // Coefficients of the algorithm as published, lowest power first.
    private static ReadOnlySpan<double> CentralNumerator =>
    [
        3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
        4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3,
    ];

    private static ReadOnlySpan<double> CentralDenominator =>
    [
        1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
        2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3,
    ];

    private static ReadOnlySpan<double> MiddleNumerator =>
    [
        1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
        1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4,
    ];

    private static ReadOnlySpan<double> MiddleDenominator =>
    [
        1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
        1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
    ];

    private static ReadOnlySpan<double> TailNumerator =>
    [
        6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
        2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
    ];

    private static ReadOnlySpan<double> TailDenominator =>
    [
        1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
        7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
    ];
}
