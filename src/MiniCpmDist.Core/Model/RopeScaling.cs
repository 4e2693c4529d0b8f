namespace MiniCpmDist.Core.Model;

/// <summary>What a model does to its rotary positions beside their base.</summary>
public sealed record RopeScaling
{
    /// <summary>The turns that YaRN leaves as they are: dimensions that turn more often over the old length.</summary>
    public const double StandardBetaFast = 32;

    /// <summary>The turns below which YaRN slows a dimension by the whole factor.</summary>
    public const double StandardBetaSlow = 1;

    /// <summary>Nothing.</summary>
    public static RopeScaling None { get; } = new();

    public RopeScalingKind Kind { get; init; }

    /// <summary>The new length over the old one; 1 where there is no scaling.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>Positions that the model was trained with before; 0 where there is no scaling.</summary>
    public int OriginalLength { get; init; }

    /// <summary>See <see cref="StandardBetaFast"/>.</summary>
    public double BetaFast { get; init; } = StandardBetaFast;

    /// <summary>See <see cref="StandardBetaSlow"/>.</summary>
    public double BetaSlow { get; init; } = StandardBetaSlow;

    /// <summary>True where some dimensions stay and others are slowed, as YaRN has it.</summary>
    public bool HasRamp => BetaFast > BetaSlow;

    /// <summary>
    /// What cosines and sines are multiplied with, so that scores keep their spread; 0 for what the method's paper says
    /// (see <see cref="Rotary.Scale"/>).
    /// </summary>
    public double AttentionFactor { get; init; }

    /// <summary>LongRoPE's divisors of each dimension's angle, <c>[head_dim/2]</c>, beyond the old length.</summary>
    public IReadOnlyList<double> LongFactors { get; init; } = [];

    /// <summary>As <see cref="LongFactors"/>, up to the old length.</summary>
    public IReadOnlyList<double> ShortFactors { get; init; } = [];

    /// <summary>True where the length of a sequence decides by which angles it turns.</summary>
    public bool DependsOnLength => Kind is RopeScalingKind.Dynamic or RopeScalingKind.LongRope;

    public bool Equals(RopeScaling? other) =>
        other is not null
        && (Kind, Factor, OriginalLength, BetaFast, BetaSlow, AttentionFactor)
            == (other.Kind, other.Factor, other.OriginalLength, other.BetaFast, other.BetaSlow, other.AttentionFactor)
        && LongFactors.SequenceEqual(other.LongFactors) && ShortFactors.SequenceEqual(other.ShortFactors);

    public override int GetHashCode() => HashCode.Combine(Kind, Factor, OriginalLength);
}
