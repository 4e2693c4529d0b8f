namespace MiniCpmDist.Core.DataOrder;

/// <summary>
/// How far a run has read, in a few numbers for each source. With the seed it decides every sequence that follows;
/// ranks, batches and micro-batches do not come into it.
/// </summary>
/// <remarks>Lists are in the order of the run's sources.</remarks>
public sealed record DataCursor
{
    private DataCursor(IReadOnlyList<long> weights, IReadOnlyList<long> origin, IReadOnlyList<long> consumed) =>
        (Weights, Origin, Consumed) = (weights, origin, consumed);

    /// <summary>
    /// The mixture in force: the shares of the sources, in units that cancel out; zero for one not read.
    /// </summary>
    public IReadOnlyList<long> Weights { get; }

    /// <summary>
    /// Sequences that had been read of each source when the mixture came into force, or lost a source.
    /// </summary>
    public IReadOnlyList<long> Origin { get; }

    /// <summary>Sequences read of each source since the run, or its trunk, began.</summary>
    public IReadOnlyList<long> Consumed { get; }

    /// <summary>The cursor of a run that has read nothing.</summary>
    public static DataCursor Start(IReadOnlyList<long> weights) =>
        new(weights, new long[weights.Count], new long[weights.Count]);

    /// <summary>A cursor as it was saved.</summary>
    /// <exception cref="ArgumentException">The lists do not fit each other.</exception>
    public static DataCursor Restore(
        IReadOnlyList<long> weights, IReadOnlyList<long> origin, IReadOnlyList<long> consumed)
    {
        if (weights.Count != origin.Count || weights.Count != consumed.Count)
            throw new ArgumentException(
                $"Expected as many weights as counts, found {weights.Count}, {origin.Count} and {consumed.Count}.");
        return new DataCursor(weights, origin, consumed);
    }

    /// <summary>
    /// The same place under another mixture, whose proportions are kept from here on. Under the mixture in force it
    /// is the same cursor.
    /// </summary>
    public DataCursor Under(IReadOnlyList<long> weights) =>
        weights.SequenceEqual(Weights) ? this : new DataCursor(weights, Consumed, Consumed);

    /// <summary>
    /// The same place under the same mixture, whose proportions are kept from here on: what one source was read more
    /// than another while that one was exhausted is not made up for.
    /// </summary>
    public DataCursor Anew() => new(Weights, Consumed, Consumed);

    internal DataCursor Advance(long[] consumed, long[] origin) => new(Weights, origin, consumed);

    public bool Equals(DataCursor? other) =>
        other is not null && Weights.SequenceEqual(other.Weights) && Origin.SequenceEqual(other.Origin)
        && Consumed.SequenceEqual(other.Consumed);

    public override int GetHashCode() => Consumed.Aggregate(0, HashCode.Combine);
}
