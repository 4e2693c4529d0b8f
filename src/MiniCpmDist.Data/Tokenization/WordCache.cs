namespace MiniCpmDist.Data.Tokenization;

/// <summary>
/// The ids of the words that came up lately. Most of a text consists of few different words, and looking a word up
/// costs a hundredth of merging its letters. A word has one place, by its hash, and replaces the word that was there.
/// So memory is fixed, and nothing is ever cleared.
/// </summary>
internal sealed class WordCache
{
    /// <summary>Longer words are rare; they are not kept.</summary>
    public const int LongestWordBytes = 32;

    private const int MostIds = 16;
    private const int Places = 1 << 16;
    private const uint FnvOffset = 0x811C9DC5;
    private const uint FnvPrime = 0x01000193;

    private readonly byte[] _words = new byte[Places * LongestWordBytes];
    private readonly int[] _ids = new int[Places * MostIds];
    private readonly byte[] _wordBytes = new byte[Places];
    private readonly byte[] _idCounts = new byte[Places];

    /// <summary>The ids of a word of 1 to <see cref="LongestWordBytes"/> bytes; empty where they are not
    /// known.</summary>
    public ReadOnlySpan<int> Find(ReadOnlySpan<byte> word)
    {
        var place = PlaceOf(word);
        return _wordBytes[place] == word.Length
            && _words.AsSpan(place * LongestWordBytes, word.Length).SequenceEqual(word)
            ? _ids.AsSpan(place * MostIds, _idCounts[place])
            : default;
    }

    /// <summary>Keeps the ids of a word, unless they are too many.</summary>
    public void Keep(ReadOnlySpan<byte> word, ReadOnlySpan<int> ids)
    {
        if (ids.Length > MostIds)
            return;
        var place = PlaceOf(word);
        word.CopyTo(_words.AsSpan(place * LongestWordBytes));
        ids.CopyTo(_ids.AsSpan(place * MostIds));
        _wordBytes[place] = (byte)word.Length;
        _idCounts[place] = (byte)ids.Length;
    }

    // FNV-1a, its high bits folded into the low ones.
    private static int PlaceOf(ReadOnlySpan<byte> word)
    {
        var hash = FnvOffset;
        foreach (var octet in word)
            hash = unchecked((hash ^ octet) * FnvPrime);
        return (int)((hash ^ (hash >> 16)) % Places);
    }
}
