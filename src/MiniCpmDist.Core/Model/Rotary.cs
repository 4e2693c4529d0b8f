namespace MiniCpmDist.Core.Model;

/// <summary>
/// The angles of rotary positions: dimension i of a head turns, at each position, by
/// <c>position · Frequencies(length)[i]</c>.
/// </summary>
/// <param name="HeadDim">d: width of a head; even.</param>
/// <param name="Base">θ, the base of the angles.</param>
/// <param name="Scaling">What is done to them beside.</param>
public sealed record Rotary(int HeadDim, double Base, RopeScaling Scaling)
{
    /// <summary>Angles of a base alone.</summary>
    public Rotary(int headDim, double @base) : this(headDim, @base, RopeScaling.None)
    {
    }

    /// <summary>
    /// The base that makes the slowest dimension <paramref name="factor"/> times slower and leaves the fastest as it
    /// is: base · f^(d/(d-2)), the NTK-aware scaling of MiniCPM's second stage (arXiv 2404.06395, section 7.2).
    /// </summary>
    public static double NtkBase(double @base, double factor, int headDim) =>
        // A head of two dimensions has only the fastest.
        headDim == 2 ? @base : @base * Math.Pow(factor, (double)headDim / (headDim - 2));

    /// <summary>Angle of one position, in radians, of each pair of dimensions, <c>[head_dim/2]</c>.</summary>
    /// <param name="length">Positions of the whole sequence, those included that a cache has yet to hold. Keys keep the
    /// angle that they were turned by, so a sequence has one base from its first position to its last.</param>
    public double[] Frequencies(long length)
    {
        var theta = BaseOf(length);
        var frequencies = new double[HeadDim / 2];
        for (var i = 0; i < frequencies.Length; i++)
            frequencies[i] = Math.Pow(theta, -2.0 * i / HeadDim);
        return Scaling.Kind switch
        {
            RopeScalingKind.Yarn => Yarn(frequencies),
            RopeScalingKind.LongRope => Divided(
                frequencies, length > Scaling.OriginalLength ? Scaling.LongFactors : Scaling.ShortFactors),
            _ => frequencies,
        };
    }

    /// <summary>
    /// What cosines and sines are multiplied with: 0.1 · ln f + 1 for YaRN (arXiv 2309.00071, equation 22) and
    /// √(1 + ln f / ln L) for LongRoPE over L positions (arXiv 2402.13753, as its models have it); else 1.
    /// </summary>
    public double Scale => Scaling switch
    {
        { Kind: RopeScalingKind.None or RopeScalingKind.Dynamic } => 1,
        { AttentionFactor: > 0 } => Scaling.AttentionFactor,
        { Factor: <= 1 } => 1,
        { Kind: RopeScalingKind.Yarn } => 0.1 * Math.Log(Scaling.Factor) + 1,
        _ => Math.Sqrt(1 + Math.Log(Scaling.Factor) / Math.Log(Scaling.OriginalLength)),
    };

    /// <summary>
    /// The base of a sequence of n positions: base · (f·n/L - (f - 1))^(d/(d-2)) beyond the old length L where it is
    /// dynamic, as Hugging Face has it; the base itself up to there, and else.
    /// </summary>
    public double BaseOf(long length) => Scaling.Kind != RopeScalingKind.Dynamic || length <= Scaling.OriginalLength
        ? Base
        : NtkBase(Base, Scaling.Factor * length / Scaling.OriginalLength - (Scaling.Factor - 1), HeadDim);

    /// <summary>
    /// Between the dimension that turns β_fast times over the old length and the one that turns β_slow times, angles go
    /// over from their own size to one divided by the factor (arXiv 2309.00071, section 3.2).
    /// </summary>
    private double[] Yarn(double[] frequencies)
    {
        var (first, last) = (
            Math.Max(0, Math.Floor(DimensionOf(Scaling.BetaFast))),
            Math.Min(HeadDim - 1, Math.Ceiling(DimensionOf(Scaling.BetaSlow))));
        return
        [
            .. frequencies.Select((own, i) =>
            {
                var slowed = Math.Clamp((i - first) / Math.Max(0.001, last - first), 0, 1);
                return own / Scaling.Factor * slowed + own * (1 - slowed);
            }),
        ];
    }

    /// <summary>The pair of dimensions, not rounded, that turns so often over the old length.</summary>
    private double DimensionOf(double turns) =>
        HeadDim * Math.Log(Scaling.OriginalLength / (turns * 2 * Math.PI)) / (2 * Math.Log(Base));

    private static double[] Divided(double[] frequencies, IReadOnlyList<double> factors) =>
        [.. frequencies.Select((own, i) => own / factors[i])];
}
