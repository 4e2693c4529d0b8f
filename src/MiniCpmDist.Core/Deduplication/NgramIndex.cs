using System.Numerics;

namespace MiniCpmDist.Core.Deduplication;

/// <summary>
/// The n-grams of words of an evaluation set, known by hashes of 64 bits. A text of the set that has fewer words, but
/// at least <see cref="LeastWords"/>, is one n-gram as a whole. A shorter one is in too many texts to say anything.
/// </summary>
/// <param name="ngram">Words of an n-gram; at least <see cref="LeastWords"/>.</param>
public sealed class NgramIndex(int ngram)
{
    /// <summary>A text of fewer words is not looked for.</summary>
    public const int LeastWords = 8;

    private const int FilterBitsPerNgram = 16;
    private readonly Dictionary<ulong, int> _items = [];
    private readonly SortedSet<int> _widths = [];
    private ulong[] _filter = [];
    private ulong[] _windows = [];

    /// <summary>Different n-grams.</summary>
    public int Count => _items.Count;

    /// <summary>Adds the n-grams of a text.</summary>
    /// <param name="words">Hashes of its words.</param>
    /// <param name="item">Number of the item that the text belongs to; the first one of an n-gram counts.</param>
    /// <returns>False for a text that is too short.</returns>
    public bool Add(ReadOnlySpan<ulong> words, int item)
    {
        if (words.Length < LeastWords)
            return false;
        var width = Math.Min(ngram, words.Length);
        _widths.Add(width);
        foreach (var hash in Windows(words, width))
            _items.TryAdd(hash, item);
        _filter = [];
        return true;
    }

    /// <summary>The first n-gram of a text that the set has too; null for none.</summary>
    public NgramMatch? Find(ReadOnlySpan<ulong> words)
    {
        if (_filter.Length == 0)
            Seal();
        foreach (var width in _widths)
        {
            var place = 0;
            foreach (var hash in Windows(words, width))
            {
                // Most n-grams of any text are not in the set, and this small filter says so without a dictionary.
                var bit = BitOf(hash);
                if ((_filter[bit >> 6] & (1UL << (int)(bit & 63))) != 0 && _items.TryGetValue(hash, out var item))
                    return new NgramMatch(item, place, width);
                place++;
            }
        }
        return null;
    }

    /// <summary>Makes searching by several threads safe, each with its own copy of the buffers.</summary>
    public NgramIndex ForThread()
    {
        if (_filter.Length == 0)
            Seal();
        var copy = (NgramIndex)MemberwiseClone();
        copy._windows = [];
        return copy;
    }

    private void Seal()
    {
        var bits = BitOperations.RoundUpToPowerOf2((ulong)_items.Count * FilterBitsPerNgram + 64);
        _filter = new ulong[bits / 64];
        foreach (var hash in _items.Keys)
        {
            var bit = BitOf(hash);
            _filter[bit >> 6] |= 1UL << (int)(bit & 63);
        }
    }

    // Stretches of another width with the same words cannot have the same hash: they have other words.
    private ReadOnlySpan<ulong> Windows(ReadOnlySpan<ulong> words, int width)
    {
        var count = WordWindows.Count(words.Length, width);
        if (count == 0)
            return [];
        if (_windows.Length < count)
            _windows = new ulong[2 * count];
        WordWindows.Fill(words, width, _windows);
        return _windows.AsSpan(0, count);
    }

    private ulong BitOf(ulong hash) => hash & (ulong)(_filter.Length * 64L - 1);
}
