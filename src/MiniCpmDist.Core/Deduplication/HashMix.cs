namespace MiniCpmDist.Core.Deduplication;

/// <summary>Mixes the bits of 64-bit words.</summary>
internal static class HashMix
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private const int Half = 32;

    /// <summary>One step of a hash over several words; its high bits depend on all bits.</summary>
    public static ulong Step(ulong word)
    {
        word = unchecked(word * Golden);
        return word ^ (word >> Half);
    }

    /// <summary>The finish of MurmurHash3: every bit depends on every bit.</summary>
    public static ulong Finish(ulong word)
    {
        unchecked
        {
            word = (word ^ (word >> 33)) * 0xFF51AFD7ED558CCD;
            word = (word ^ (word >> 33)) * 0xC4CEB9FE1A85EC53;
            return word ^ (word >> 33);
        }
    }
}
