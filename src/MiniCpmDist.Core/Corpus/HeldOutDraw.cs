using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MiniCpmDist.Core.Corpus;

/// <summary>
/// Decides which documents are held out, as a function of the text alone. Neither its place in the corpus nor the
/// corpus's other texts move a document to the other side, and copies of a text are on the same side, in other sources
/// too. Copies are texts that differ only in what no reader sees: white space of any kind, control characters, soft
/// hyphens, byte order marks and characters without a width. A pair is the text of both its halves. What a smaller
/// share holds out, a larger one does too.
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
        if (fraction <= 0)
            return false;
        var seen = ArrayPool<byte>.Shared.Rent(input.Length + output.Length);
        var length = Normalize(input, seen);
        length += Normalize(output, seen.AsSpan(length));
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(seen.AsSpan(0, length), hash);
        ArrayPool<byte>.Shared.Return(seen);
        var word = BinaryPrimitives.ReadUInt64LittleEndian(hash);
        return (word >> UniformShift) * (1.0 / (1UL << 53)) < fraction;
    }

    // Only what a reader sees is copied.
    private static int Normalize(ReadOnlySpan<byte> utf8, Span<byte> to)
    {
        var length = 0;
        while (!utf8.IsEmpty)
        {
            var bytes = 1;
            var isSeen = utf8[0] is > (byte)' ' and < 0x7F;
            if (utf8[0] >= 0x80)
            {
                Rune.DecodeFromUtf8(utf8, out var rune, out bytes);
                isSeen = IsSeen(rune);
            }
            if (isSeen)
            {
                utf8[..bytes].CopyTo(to[length..]);
                length += bytes;
            }
            utf8 = utf8[bytes..];
        }
        return length;
    }

    // The ranges are written out, because the choice must not depend on anybody's version of Unicode's tables.
    private static bool IsSeen(Rune rune) => rune.Value is not (
        <= 0xA0 or 0xAD or 0x1680 or 0x180E or (>= 0x2000 and <= 0x200F) or (>= 0x2028 and <= 0x202F)
        or (>= 0x205F and <= 0x2064) or 0x3000 or 0xFEFF);
}
