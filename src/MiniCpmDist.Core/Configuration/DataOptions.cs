namespace MiniCpmDist.Core.Configuration;

/// <summary>What a run reads. Paths are kept as the user wrote them.</summary>
public sealed record DataOptions
{
    /// <summary>Folder that <c>minicpm data build</c> made; its training split is read.</summary>
    public required string Train { get; init; }

    /// <summary>Folder whose held-out split is evaluated; by default the one of <see cref="Train"/>.</summary>
    public required string HeldOut { get; init; }

    /// <summary>Tokens in a sequence.</summary>
    public int SequenceLength { get; init; } = 4096;

    /// <summary>Tokens between two evaluations; null means only at the end.</summary>
    public long? EvaluateEvery { get; init; }

    /// <summary>Sequences of an evaluation.</summary>
    public int EvaluateSequences { get; init; } = 64;
}
