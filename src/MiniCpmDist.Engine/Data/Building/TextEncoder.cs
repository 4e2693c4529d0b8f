using System.Buffers;
using MiniCpmDist.Core.Corpus;

namespace MiniCpmDist.Engine.Data.Building;

/// <summary>Encodes documents of any length in bounded memory; the ids are those of the whole text at once.</summary>
internal sealed class TextEncoder(Tokenizer tokenizer)
{
    /// <summary>What is encoded at once where a text can be cut, bytes: SentencePiece takes about a hundred times as
    /// many.</summary>
    private const int WindowBytes = 1 << 18;

    /// <summary>What is encoded at once where it cannot.</summary>
    private const int LargestWindowBytes = 4 << 20;

    public const string TooLong = "4 MiB of text without a space at which it could be cut";

    /// <summary>Appends the ids of a text; false, and some ids, where it is too long and cannot be cut.</summary>
    public bool TryEncode(ReadOnlySpan<byte> utf8, ArrayBufferWriter<int> ids)
    {
        while (utf8.Length > WindowBytes)
        {
            var cut = tokenizer.CanCutAtSpaces ? TextCuts.Find(utf8, WindowBytes) : -1;
            var window = cut < 0 ? utf8.Length : cut;
            if (window > LargestWindowBytes)
                return false;
            tokenizer.Encode(utf8[..window], ids);
            if (cut < 0)
                return true;
            // The space itself comes back as the one that the model puts in front of every text.
            utf8 = utf8[(cut + 1)..];
        }
        tokenizer.Encode(utf8, ids);
        return true;
    }
}
