using System.Text;

namespace MiniCpmDist.Core.Deduplication;

/// <summary>
/// The words of a text as hashes, with their places. Words are lower-case runs of letters, digits and marks; a
/// character of Chinese, Japanese, Thai, Lao, Khmer or Myanmar is a word by itself. It is filled again and again, so
/// that reading makes no garbage.
/// </summary>
public sealed class WordList
{
    private const int UsualWords = 1 << 12;
    private const int KeptWords = 1 << 20;
    private const int ChunkBits = 64;
    private const int Surrogates = 4;
    private ulong[] _hashes = new ulong[UsualWords];
    private int[] _starts = new int[UsualWords];
    private int[] _ends = new int[UsualWords];
    private ulong _state;
    private ulong _chunk;
    private int _chunkBits;
    private int _wordBytes;

    /// <summary>Number of words.</summary>
    public int Count { get; private set; }

    /// <summary>The hash of each word.</summary>
    public ReadOnlySpan<ulong> Hashes => _hashes.AsSpan(0, Count);

    /// <summary>The byte at which each word begins, in the text that was added last.</summary>
    public ReadOnlySpan<int> Starts => _starts.AsSpan(0, Count);

    /// <summary>The byte after each word, in the text that was added last.</summary>
    public ReadOnlySpan<int> Ends => _ends.AsSpan(0, Count);

    /// <summary>Removes all words, and frees the memory that a very long text took.</summary>
    public void Clear()
    {
        Count = 0;
        if (_hashes.Length > KeptWords)
            Resize(UsualWords);
    }

    /// <summary>Appends the words of a text.</summary>
    public void Add(ReadOnlySpan<byte> utf8)
    {
        var ascii = WordCharacters.Ascii;
        var start = 0;
        for (var at = 0; at < utf8.Length;)
        {
            var value = utf8[at];
            if (value < ascii.Length)
            {
                var letter = ascii[value];
                if (letter == 0)
                {
                    if (_wordBytes > 0)
                        End(start, at);
                }
                else
                {
                    if (_wordBytes == 0)
                        start = at;
                    Append(letter);
                }
                at++;
                continue;
            }
            Rune.DecodeFromUtf8(utf8[at..], out var rune, out var bytes);
            var kind = WordCharacters.KindOf(rune);
            if (kind != CharacterKind.PartOfWord && _wordBytes > 0)
                End(start, at);
            if (kind != CharacterKind.Separator)
            {
                if (_wordBytes == 0)
                    start = at;
                Append(WordCharacters.ToLower(rune));
            }
            at += bytes;
            if (kind == CharacterKind.WholeWord)
                End(start, at);
        }
        if (_wordBytes > 0)
            End(start, utf8.Length);
    }

    private void Append(Rune rune)
    {
        Span<byte> utf8 = stackalloc byte[Surrogates];
        foreach (var value in utf8[..rune.EncodeToUtf8(utf8)])
            Append(value);
    }

    private void Append(byte value)
    {
        _chunk |= (ulong)value << _chunkBits;
        _chunkBits += 8;
        _wordBytes++;
        if (_chunkBits < ChunkBits)
            return;
        _state = HashMix.Step(_state ^ _chunk);
        (_chunk, _chunkBits) = (0, 0);
    }

    private void End(int start, int end)
    {
        if (Count == _hashes.Length)
            Resize(2 * Count);
        _hashes[Count] = HashMix.Step(HashMix.Step(_state ^ _chunk) + (ulong)_wordBytes);
        _starts[Count] = start;
        _ends[Count++] = end;
        (_state, _chunk, _chunkBits, _wordBytes) = (0, 0, 0, 0);
    }

    private void Resize(int words)
    {
        Array.Resize(ref _hashes, words);
        Array.Resize(ref _starts, words);
        Array.Resize(ref _ends, words);
    }
}
