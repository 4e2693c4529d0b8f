using System.Buffers;
using MiniCpmDist.Core.Corpus;

namespace MiniCpmDist.Engine.Data.Building;

/// <summary>
/// Encodes documents of any length in bounded memory; the ids are those of the whole text at once. Where the model
/// allows it a text is cut into words, whose ids are remembered. For one thread at a time.
/// </summary>
internal sealed class TextEncoder(Tokenizer tokenizer)
{
    /// <summary>What is given to SentencePiece at once, bytes: it takes about a hundred times as many.</summary>
    private const int LargestBytes = 4 << 20;

    public const string TooLong = "4 MiB of text without a space at which it could be cut";

    private readonly WordCache? _words = tokenizer.CanCutAtSpaces ? new WordCache() : null;

    /// <summary>Appends the ids of a text; false, and some ids, where it is too long and cannot be cut.</summary>
    public bool TryEncode(ReadOnlySpan<byte> utf8, ArrayBufferWriter<int> ids)
    {
        while (_words is not null && TextCuts.First(utf8) is > 0 and var cut)
        {
            if (!TryEncodeWord(utf8[..cut], ids))
                return false;
            // The space itself comes back as the one that the model puts in front of every text.
            utf8 = utf8[(cut + 1)..];
        }
        return TryEncodeWord(utf8, ids);
    }

    private bool TryEncodeWord(ReadOnlySpan<byte> word, ArrayBufferWriter<int> ids)
    {
        if (word.Length > LargestBytes)
            return false;
        if (_words is null || word.Length is 0 or > WordCache.LongestWordBytes)
        {
            tokenizer.Encode(word, ids);
            return true;
        }
        var known = _words.Find(word);
        if (known.IsEmpty)
        {
            var before = ids.WrittenCount;
            tokenizer.Encode(word, ids);
            _words.Keep(word, ids.WrittenSpan[before..]);
            return true;
        }
        ids.Write(known);
        return true;
    }
}
