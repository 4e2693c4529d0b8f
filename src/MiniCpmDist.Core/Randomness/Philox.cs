namespace MiniCpmDist.Core.Randomness;

/// <summary>
/// Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011): a keyed
/// bijection of 128-bit counters whose images pass all statistical tests, made of integer products only.
/// </summary>
public static class Philox
{
    private const int Rounds = 10;
    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint Weyl0 = 0x9E3779B9;
    private const uint Weyl1 = 0xBB67AE85;

    /// <summary>The four 32-bit words that belong to a counter of four words and a key of two.</summary>
    public static (uint X0, uint X1, uint X2, uint X3) Block(
        (uint X0, uint X1, uint X2, uint X3) counter, (uint K0, uint K1) key)
    {
        var (x0, x1, x2, x3) = counter;
        var (k0, k1) = key;
        for (var round = 0; round < Rounds; round++)
        {
            var product0 = (ulong)Multiplier0 * x0;
            var product1 = (ulong)Multiplier1 * x2;
            (x0, x1, x2, x3) = (
                (uint)(product1 >> 32) ^ x1 ^ k0, (uint)product1,
                (uint)(product0 >> 32) ^ x3 ^ k1, (uint)product0);
            unchecked
            {
                k0 += Weyl0;
                k1 += Weyl1;
            }
        }
        return (x0, x1, x2, x3);
    }

    /// <summary>
    /// Computes the block for a counter of two 64-bit words and a 64-bit key. The result is two 64-bit words; low
    /// halves come first.
    /// </summary>
    public static (ulong Low, ulong High) Block(ulong counterLow, ulong counterHigh, ulong key)
    {
        var (x0, x1, x2, x3) = Block(
            ((uint)counterLow, (uint)(counterLow >> 32), (uint)counterHigh, (uint)(counterHigh >> 32)),
            ((uint)key, (uint)(key >> 32)));
        return (x0 | (ulong)x1 << 32, x2 | (ulong)x3 << 32);
    }
}
