namespace MiniCpmDist.Core.DataOrder;

/// <summary>
/// The sequences of a run, one after the other: which source is next is decided by <see cref="EarliestDeadline"/>,
/// which of its sequences by <see cref="SourceOrder"/>. A function of seed, sources and cursor; who reads them, in
/// batches of which size, makes no difference.
/// </summary>
public sealed class MixtureOrder
{
    private readonly IReadOnlyList<OrderedSource> _sources;
    private readonly SourceOrder[] _orders;

    public MixtureOrder(ulong seed, IReadOnlyList<OrderedSource> sources)
    {
        _sources = sources;
        _orders = [.. sources.Select(source => new SourceOrder(seed, source))];
    }

    /// <summary>The next sequences, and the cursor after them.</summary>
    /// <param name="cursor">Where the run stands.</param>
    /// <param name="count">How many are wanted.</param>
    /// <returns>
    /// Fewer places than wanted, with the cursor after the last of them, where a source has run out that ends the run,
    /// or all sources have left the mixture.
    /// </returns>
    public (IReadOnlyList<SequenceRef> Places, DataCursor After) Draw(DataCursor cursor, long count)
    {
        if (cursor.Consumed.Count != _sources.Count)
            throw new ArgumentException(
                $"Expected a cursor over {_sources.Count} sources, found one over {cursor.Consumed.Count}.");
        long[] consumed = [.. cursor.Consumed], origin = [.. cursor.Origin];
        var counts = new long[consumed.Length];
        var places = new List<SequenceRef>((int)count);
        while (places.Count < count)
        {
            var weights = WeightsLeft(cursor, consumed);
            if (!weights.AsSpan().ContainsAnyExcept(0))
                break;
            for (var i = 0; i < counts.Length; i++)
                counts[i] = consumed[i] - origin[i];
            var next = EarliestDeadline.Next(weights, counts);
            if (IsExhausted(next, consumed) && _sources[next].WhenExhausted == ExhaustionPolicy.Stop)
                break;
            places.Add(new SequenceRef(next, _orders[next].IndexAt(consumed[next]++)));
            // The other sources share anew from here. Without a new origin they would owe what the leaving source has
            // read.
            if (IsExhausted(next, consumed) && _sources[next].WhenExhausted == ExhaustionPolicy.Drop)
                consumed.CopyTo(origin, 0);
        }
        return (places, cursor.Advance(consumed, origin));
    }

    private long[] WeightsLeft(DataCursor cursor, long[] consumed) =>
    [
        .. cursor.Weights.Select((weight, i) =>
            IsExhausted(i, consumed) && _sources[i].WhenExhausted == ExhaustionPolicy.Drop ? 0 : weight),
    ];

    private bool IsExhausted(int source, long[] consumed) => consumed[source] >= _sources[source].End;
}
