using MathNet.Numerics.Distributions;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.WindTunnel;

/// <summary>How far two things that were measured with the same seeds are apart, with a 90 % interval.</summary>
/// <param name="Mean">Of the differences.</param>
/// <param name="Reach">How far the interval reaches to each side; null where one pair tells of no spread.</param>
public sealed record PairedDifference(double Mean, double? Reach)
{
    private const double Coverage = 0.9;

    /// <summary>True where the interval does not hold zero.</summary>
    public bool IsClear => Reach is { } reach && Math.Abs(Mean) > reach;

    /// <summary>
    /// By Student's t over the differences of the pairs: what a seed does to both is in none of them.
    /// </summary>
    public static PairedDifference Of(IReadOnlyList<(double One, double Other)> pairs)
    {
        var differences = Estimate.Of([.. pairs.Select(pair => pair.One - pair.Other)]);
        if (differences.Count < 2)
            return new PairedDifference(differences.Mean, null);
        var t = StudentT.InvCDF(0, 1, differences.Count - 1, (1 + Coverage) / 2);
        return new PairedDifference(differences.Mean, t * differences.Error);
    }
}
