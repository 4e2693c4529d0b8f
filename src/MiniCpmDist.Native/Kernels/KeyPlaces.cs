namespace MiniCpmDist.Native.Kernels;

/// <summary>
/// Where the keys of segments lie in a buffer of their own. A query attends to the rows before its segment's, and
/// within those up to its own.
/// </summary>
/// <param name="First">Of each segment: the row of its first query's key; the others follow.</param>
/// <param name="Earlier">
/// Of each segment: rows directly before it that belong to it, too; its positions count from their number.
/// </param>
/// <param name="Rows">Of the buffer.</param>
public sealed record KeyPlaces(long[] First, int[] Earlier, long Rows);
