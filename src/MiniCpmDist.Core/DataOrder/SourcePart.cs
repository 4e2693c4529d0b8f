namespace MiniCpmDist.Core.DataOrder;

/// <summary>What one build, or one <c>data append</c>, has made of a source, and when a run reads it.</summary>
/// <param name="Start">Sequences of the source that have been read when this part begins.</param>
/// <param name="Sequences">Its sequences; positive.</param>
public readonly record struct SourcePart(long Start, long Sequences)
{
    /// <summary>Sequences of the source that have been read when all of this part has been.</summary>
    public long End => Start + Sequences;
}
