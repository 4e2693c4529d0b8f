namespace MiniCpmDist.Core.Model;

/// <summary>Queries that attention of plain operations takes at once; part of the bits.</summary>
public static class QueryBlock
{
    /// <summary>
    /// What lies above the diagonal is computed for nothing, and products want to be large. Measured with 9m and rows
    /// of 512: 64 and 256 are slower (docs/decisions/tensors-and-kernels.md).
    /// </summary>
    public const long Length = 128;

    /// <summary>The average number of scores that are computed for one query, in a row of so many positions.</summary>
    public static long ScoresPerQuery(long length) => length <= Length ? length : (length + Length) / 2;
}
