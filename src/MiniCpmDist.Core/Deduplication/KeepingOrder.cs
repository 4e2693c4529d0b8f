namespace MiniCpmDist.Core.Deduplication;

/// <summary>
/// Of texts that are copies of each other the first one in this order is kept: the longest; of equally long ones the
/// one with the smallest hash; of equal texts the one that stands first in the corpus. So which text is kept depends on
/// the texts alone.
/// </summary>
public static class KeepingOrder
{
    /// <summary>What texts are ordered by.</summary>
    /// <param name="bytes">UTF-8 bytes of the text.</param>
    /// <param name="hash">Of its bytes.</param>
    /// <param name="document">Its place in the corpus.</param>
    public static (int, UInt128, long) Of(int bytes, UInt128 hash, long document) => (-bytes, hash, document);
}
