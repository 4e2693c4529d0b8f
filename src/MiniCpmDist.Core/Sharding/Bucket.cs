namespace MiniCpmDist.Core.Sharding;

/// <summary>
/// A stretch of the flat buffers whose gradients are complete at one moment of backward and are reduced as one.
/// </summary>
/// <param name="Offset">Its first element.</param>
/// <param name="Count">Its elements; they divide into whole chunks for every rank.</param>
/// <param name="Mark">
/// Backward has passed the input of the block of this number when all of them are there; the number of blocks stands
/// for the input of the final norm, <see cref="AtTheEnd"/> for the end of backward.
/// </param>
public sealed record Bucket(long Offset, long Count, int Mark)
{
    /// <summary>The embedding gets gradients until backward has ended.</summary>
    public const int AtTheEnd = -1;
}
