using System.Buffers;
using System.Text;

namespace MiniCpmDist.Core.Formats;

/// <summary>
/// Which characters stand side by side in any piece of a byte-pair model. No merge can happen between two characters
/// that never do. So the text on either side of them has the same ids with the other side or without it.
/// </summary>
public sealed class PieceNeighbours
{
    private const int MostBitsOfRune = 21;
    private const ulong Byte = 6;

    private readonly HashSet<long> _pairs = [];
    private readonly HashSet<Rune> _known = [];
    private readonly bool _hasBytes;

    private PieceNeighbours(ReadOnlySpan<byte> model)
    {
        foreach (var (text, type) in SentencePieceModel.PiecesOf(model))
        {
            _hasBytes |= type == Byte;
            var rest = text.AsSpan();
            Rune? before = null;
            var count = 0;
            for (; !rest.IsEmpty; count++)
            {
                Rune.DecodeFromUtf8(rest, out var rune, out var bytes);
                if (before is { } left)
                    _pairs.Add(Pair(left, rune));
                before = rune;
                rest = rest[bytes..];
            }
            if (count == 1)
                _known.Add(before!.Value);
        }
    }

    /// <summary>
    /// The neighbours in a model whose texts may be cut (<see cref="SentencePieceModel.CanCutAtSpaces"/>).
    /// </summary>
    public static PieceNeighbours Of(ReadOnlySpan<byte> model) => new(model);

    /// <summary>
    /// The first place at or after <paramref name="from"/> at which no piece can go on; -1 for none. It is never beside
    /// a space, of which a model may take away some and put one in front.
    /// </summary>
    /// <param name="utf8">The text.</param>
    /// <param name="from">1 or more.</param>
    public int FirstCut(ReadOnlySpan<byte> utf8, int from)
    {
        while (from < utf8.Length && (utf8[from] & 0xC0) == 0x80)
            from++;
        if (from >= utf8.Length || Rune.DecodeLastFromUtf8(utf8[..from], out var left, out _) != OperationStatus.Done)
            left = default;
        for (var at = from; at < utf8.Length;)
        {
            var status = Rune.DecodeFromUtf8(utf8[at..], out var right, out var bytes);
            if (status != OperationStatus.Done)
                right = default;
            else if (IsCut(left, right))
                return at;
            left = right;
            at += bytes;
        }
        return -1;
    }

    // A model without byte pieces gives one id to two unknown neighbours together, so at least one has to be known.
    private bool IsCut(Rune left, Rune right) =>
        IsText(left) && IsText(right) && !_pairs.Contains(Pair(left, right)) && (_hasBytes || _known.Contains(left));

    private static bool IsText(Rune rune) => rune.Value is not (0 or ' ' or '\u2581' or 0xFFFD);

    private static long Pair(Rune left, Rune right) => ((long)left.Value << MostBitsOfRune) | (long)right.Value;
}
