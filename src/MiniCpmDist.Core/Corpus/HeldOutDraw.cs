using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MiniCpmDist.Core.Corpus;

/// <summary>
/// Which documents are held out. A function of the text alone: neither its place in the corpus nor the corpus's other
/// texts move a document to the other side, and two copies of a text are on the same one.
/// </summary>
public static class HeldOutDraw
{
    private const int UniformShift = 11;    // 53 bits are left, as many as a double holds

    /// <summary>True for about <paramref name="fraction"/> of all texts.</summary>
    /// <param name="input">UTF-8; empty for plain text.</param>
    /// <param name="output">UTF-8; the text of plain text.</param>
    /// <param name="fraction">0 to 1.</param>
    public static bool IsHeldOut(ReadOnlySpan<byte> input, ReadOnlySpan<byte> output, double fraction)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (input.IsEmpty)
            SHA256.HashData(output, hash);
        else
            HashPair(input, output, hash);
        var word = BinaryPrimitives.ReadUInt64LittleEndian(hash);
        return (word >> UniformShift) * (1.0 / (1UL << 53)) < fraction;
    }

    // The hashes of both, hashed: where one text ends and the other begins matters.
    private static void HashPair(ReadOnlySpan<byte> input, ReadOnlySpan<byte> output, Span<byte> hash)
    {
        Span<byte> both = stackalloc byte[2 * SHA256.HashSizeInBytes];
        SHA256.HashData(input, both);
        SHA256.HashData(output, both[SHA256.HashSizeInBytes..]);
        SHA256.HashData(both, hash);
    }
}
