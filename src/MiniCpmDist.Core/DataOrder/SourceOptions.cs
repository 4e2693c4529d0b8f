namespace MiniCpmDist.Core.DataOrder;

/// <summary>One source of a run's data and its share of the mixture. Paths are kept as the user wrote them.</summary>
public sealed record SourceOptions
{
    /// <summary>Weights are whole numbers of this unit, so that shares add up exactly.</summary>
    public const long WeightUnit = 1_000_000_000;

    /// <summary>Weights of a mixture may add up to so much more or less than 1: thirds have no last digit.</summary>
    public const long WeightTolerance = WeightUnit / 1_000_000;

    /// <summary>What the run calls it: in its metrics, and in the order of its sequences.</summary>
    public required string Name { get; init; }

    /// <summary>Folder that <c>minicpm data build</c> made; its training split is read.</summary>
    public required string Path { get; init; }

    /// <summary>Folder whose held-out split is evaluated.</summary>
    public required string HeldOut { get; init; }

    /// <summary>Share of the tokens during warmup and stable phase, in billionths.</summary>
    public long StableWeight { get; init; } = WeightUnit;

    /// <summary>Share of the tokens during the decay phase, in billionths.</summary>
    public long DecayWeight { get; init; } = WeightUnit;

    /// <summary>
    /// Parts of the folder that are read: 1 for what was built, and one more for each <c>minicpm data append</c>.
    /// </summary>
    public int Parts { get; init; } = 1;

    public ExhaustionPolicy WhenExhausted { get; init; } = ExhaustionPolicy.Repeat;
}
