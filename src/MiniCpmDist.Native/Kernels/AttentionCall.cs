namespace MiniCpmDist.Native.Kernels;

/// <summary>Rows with q, k and v next to each other, and which of them attend together.</summary>
/// <param name="Heads">Query heads.</param>
/// <param name="KeyValueHeads">Divides <paramref name="Heads"/>; neighbouring query heads share one.</param>
/// <param name="HeadDim">Even.</param>
/// <param name="Segments">Lengths of consecutive rows that attend among themselves, causally; positions begin at 0
/// in each.
/// </param>
/// <param name="Threads">How many to use; the bits do not depend on it.</param>
public sealed record AttentionCall(int Heads, int KeyValueHeads, int HeadDim, int[] Segments, int Threads)
{
    /// <summary>
    /// Null, or of each segment: n for the n-th branch of the segment n before it, to which it attends, too, and from
    /// whose end its positions count on; 0 where it is no branch. Branches of a segment follow it directly.
    /// </summary>
    public int[]? Branches { get; init; }

    /// <summary>
    /// Null, or where keys and values lie, when that is not beside the queries: rows of a buffer of their own.
    /// </summary>
    public KeyPlaces? Keys { get; init; }

    /// <summary>Rows of all segments.</summary>
    public long Rows { get; } = Segments.Sum(length => (long)length);

    /// <summary>Numbers in a row of q, k and v.</summary>
    public long Width => (Heads + 2L * KeyValueHeads) * HeadDim;

    /// <summary>Numbers in a row of keys and values, where they have a buffer of their own.</summary>
    public long KeyWidth => 2L * KeyValueHeads * HeadDim;

    /// <summary>Numbers in a row of the output.</summary>
    public long OutputWidth => (long)Heads * HeadDim;
}
