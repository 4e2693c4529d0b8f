using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.DataOrder;

/// <summary>What a run reads.</summary>
public sealed record DataOptions
{
    /// <summary>The sources, in the order of the file.</summary>
    public required IReadOnlyList<SourceOptions> Sources { get; init; }

    /// <summary>Tokens in a sequence; every source was built with it.</summary>
    public int SequenceLength { get; init; } = 4096;

    /// <summary>How far apart two evaluations are; null: only at the end of a phase.</summary>
    public Interval? EvaluateEvery { get; init; }

    /// <summary>Sequences of an evaluation, of each source.</summary>
    public int EvaluateSequences { get; init; } = 64;

    /// <summary>The mixture of a phase: the weight of each source.</summary>
    public IReadOnlyList<long> Weights(PhaseKind phase) =>
        [.. Sources.Select(source => phase == PhaseKind.Decay ? source.DecayWeight : source.StableWeight)];

    public bool Equals(DataOptions? other) =>
        other is not null && Sources.SequenceEqual(other.Sources)
        && (SequenceLength, EvaluateEvery, EvaluateSequences)
            == (other.SequenceLength, other.EvaluateEvery, other.EvaluateSequences);

    public override int GetHashCode() => HashCode.Combine(Sources.Count, SequenceLength, EvaluateEvery);
}
