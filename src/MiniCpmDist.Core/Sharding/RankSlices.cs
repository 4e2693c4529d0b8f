namespace MiniCpmDist.Core.Sharding;

/// <summary>
/// The parts of the flat buffers that a rank owns, one in each bucket, and where they lie one after the other in a
/// buffer that holds nothing else.
/// </summary>
public sealed class RankSlices
{
    private readonly long[] _places;

    /// <param name="parts">Rising, without overlap.</param>
    public RankSlices(IReadOnlyList<(long Offset, long Count)> parts)
    {
        Parts = parts;
        _places = new long[parts.Count];
        foreach (var (i, (_, count)) in parts.Index())
        {
            _places[i] = Count;
            Count += count;
        }
    }

    /// <summary>Offset and elements of each part, bucket by bucket.</summary>
    public IReadOnlyList<(long Offset, long Count)> Parts { get; }

    /// <summary>Elements in all.</summary>
    public long Count { get; }

    /// <summary>Where a bucket's part begins in a buffer of the parts only.</summary>
    public long PlaceOf(int bucket) => _places[bucket];

    /// <summary>What a stretch of the flat buffers has in common with the parts.</summary>
    /// <returns>Offset in the flat buffers, place among the parts, elements.</returns>
    public IEnumerable<(long Offset, long Place, long Count)> Within(long offset, long count)
    {
        foreach (var (i, part) in Parts.Index())
        {
            var begin = Math.Max(offset, part.Offset);
            var end = Math.Min(offset + count, part.Offset + part.Count);
            if (begin < end)
                yield return (begin, _places[i] + begin - part.Offset, end - begin);
        }
    }
}
