namespace MiniCpmDist.Core.Sharding;

/// <summary>
/// A stretch of the flat buffers whose gradients are complete at one moment of backward and are reduced as one.
/// </summary>
/// <param name="Offset">Its first element.</param>
/// <param name="Count">Its elements; they divide into whole chunks for every rank.</param>
/// <param name="Mark">
/// Says when all gradients of the bucket are there: when backward has passed the input of the block with this number.
/// The number of blocks stands for the input of the final norm, <see cref="AtTheEnd"/> for the end of backward.
/// </param>
public sealed record Bucket(long Offset, long Count, int Mark)
{
    /// <summary>The mark of the embedding, which gets gradients until backward has ended.</summary>
    public const int AtTheEnd = -1;
}
