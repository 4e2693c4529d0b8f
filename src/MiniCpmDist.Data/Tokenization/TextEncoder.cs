using System.Buffers;
using MiniCpmDist.Core.Corpus;

namespace MiniCpmDist.Data.Tokenization;

/// <summary>
/// Encodes documents of any length in bounded memory; the ids are those of the whole text at once. Where the model
/// allows it a text is cut into words, whose ids are remembered, and long ones between characters that no piece joins.
/// For one thread at a time.
/// </summary>
internal sealed class TextEncoder(Tokenizer tokenizer)
{
    /// <summary>
    /// Characters that are given to SentencePiece at once: it takes about 250 bytes for each (measured with 0.1.97).
    /// </summary>
    private const int MostCharacters = 1 << 20;

    /// <summary>
    /// The most bytes that every thread may give to SentencePiece at the same time. Longer texts are given by one
    /// thread after the other.
    /// </summary>
    private const int LargeBytes = 1 << 17;

    /// <summary>A long text without spaces is cut at the first possible place after so many bytes.</summary>
    private const int PartBytes = 1 << 15;

    private static readonly Lock s_oneLarge = new();
    private readonly WordCache? _words = tokenizer.CanCutAtSpaces ? new WordCache() : null;
    private readonly ArrayBufferWriter<int> _part = new();

    /// <summary>Why a text is refused.</summary>
    public string TooLong => tokenizer.CanCutAtSpaces
        ? "more than 1,048,576 characters without a place at which the tokenizer's pieces let the text be cut"
        : "more than 1,048,576 characters, and the tokenizer is of a kind that needs the whole text at once";

    /// <summary>Appends the ids of a text; false, and some ids, where it is too long and cannot be cut.</summary>
    public bool TryEncode(ReadOnlySpan<byte> utf8, ArrayBufferWriter<int> ids)
    {
        while (_words is not null && TextCuts.First(utf8) is > 0 and var cut)
        {
            if (!TryEncodeWord(utf8[..cut], ids))
                return false;
            // The space is not lost: the model puts one in front of every text.
            utf8 = utf8[(cut + 1)..];
        }
        return TryEncodeWord(utf8, ids);
    }

    // Chinese has no spaces. It is cut where no piece of the model has the two neighbours side by side. Each part but
    // the first begins with the character before the cut, so that the model's space is put before that character.
    private bool TryEncodeLong(ReadOnlySpan<byte> text, ArrayBufferWriter<int> ids)
    {
        var before = 0;
        while (text.Length > LargeBytes && tokenizer.Neighbours?.FirstCut(text, PartBytes) is > 0 and var cut)
        {
            if (!TryEncodePart(text[..cut], before, ids))
                return false;
            System.Text.Rune.DecodeLastFromUtf8(text[..cut], out _, out before);
            text = text[(cut - before)..];
        }
        return TryEncodePart(text, before, ids);
    }

    // Encodes a part without the ids of its first `before` bytes, because the part before it has had those.
    private bool TryEncodePart(ReadOnlySpan<byte> text, int before, ArrayBufferWriter<int> ids)
    {
        if (before > 0)
        {
            _part.ResetWrittenCount();
            tokenizer.Encode(text[..before], _part);
            var known = _part.WrittenCount;
            _part.ResetWrittenCount();
            if (!TryEncodePart(text, 0, _part))
                return false;
            ids.Write(_part.WrittenSpan[known..]);
            return true;
        }
        if (text.Length > LargeBytes)
            return TryEncodeAtOnce(text, ids);
        tokenizer.Encode(text, ids);
        return true;
    }

    private bool TryEncodeAtOnce(ReadOnlySpan<byte> text, ArrayBufferWriter<int> ids)
    {
        // Counts all bytes but those that continue a character.
        var characters = 0;
        foreach (var octet in text)
            characters += (octet & 0xC0) != 0x80 ? 1 : 0;
        if (characters > MostCharacters)
            return false;
        lock (s_oneLarge)
            tokenizer.Encode(text, ids);
        return true;
    }

    private bool TryEncodeWord(ReadOnlySpan<byte> word, ArrayBufferWriter<int> ids)
    {
        if (word.Length > LargeBytes)
            return TryEncodeLong(word, ids);
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
