namespace MiniCpmDist.Core.DataOrder;

/// <summary>A source of a run's data, as far as the order of reading is concerned.</summary>
/// <param name="Name">Decides its order together with the seed; the same text in another run's file means the same
/// source.</param>
/// <param name="Parts">What is read of it and when; at least one part, the first from the beginning on.</param>
/// <param name="WhenExhausted">What follows once all parts have been read.</param>
public sealed record OrderedSource(string Name, IReadOnlyList<SourcePart> Parts, ExhaustionPolicy WhenExhausted)
{
    /// <summary>A source of one part.</summary>
    /// <param name="name">See <see cref="Name"/>.</param>
    /// <param name="sequenceCount">Sequences of one pass; positive.</param>
    /// <param name="whenExhausted">What follows its first pass.</param>
    public OrderedSource(string name, long sequenceCount, ExhaustionPolicy whenExhausted)
        : this(name, [new SourcePart(0, sequenceCount)], whenExhausted)
    {
    }

    /// <summary>Sequences that have been read of it when every part has been read.</summary>
    public long End => Parts[^1].End;
}
