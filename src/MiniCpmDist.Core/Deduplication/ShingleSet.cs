namespace MiniCpmDist.Core.Deduplication;

/// <summary>
/// The shingles of a text: hashes (32 bits) of all stretches of so many words. A text with fewer words has one shingle,
/// all of it. A text without words has none, and is like no other. It is filled again and again.
/// </summary>
/// <param name="width">Words of a shingle, 1 or more.</param>
public sealed class ShingleSet(int width)
{
    private const int KeptShingles = 1 << 20;
    private const int HighHalf = 32;
    private ulong[] _windows = [];
    private uint[] _shingles = [];

    /// <summary>Number of shingles.</summary>
    public int Count { get; private set; }

    /// <summary>The shingles in the order of the text; equal ones may occur several times.</summary>
    public ReadOnlySpan<uint> Shingles => _shingles.AsSpan(0, Count);

    /// <summary>Takes the shingles of a text in place of those that it had.</summary>
    public void Fill(ReadOnlySpan<ulong> words)
    {
        Count = words.IsEmpty ? 0 : Math.Max(1, WordWindows.Count(words.Length, width));
        if (Count == 0)
            return;
        if (_shingles.Length < Count || _shingles.Length > KeptShingles)
        {
            _windows = new ulong[Count + Count / 2];
            _shingles = new uint[_windows.Length];
        }
        WordWindows.Fill(words, Math.Min(width, words.Length), _windows);
        for (var i = 0; i < Count; i++)
            _shingles[i] = (uint)(_windows[i] >> HighHalf);
    }

    /// <summary>Sorts the shingles, keeps one of equal ones, and returns what is left.</summary>
    public ReadOnlySpan<uint> Distinct()
    {
        var all = _shingles.AsSpan(0, Count);
        all.Sort();
        var kept = 0;
        foreach (var shingle in all)
        {
            if (kept == 0 || all[kept - 1] != shingle)
                all[kept++] = shingle;
        }
        Count = kept;
        return Shingles;
    }

    /// <summary>The Jaccard similarity of two sets: what they share of what they have together. 0 where one is
    /// empty.</summary>
    /// <param name="left">Sorted and distinct.</param>
    /// <param name="right">Sorted and distinct.</param>
    public static double Jaccard(ReadOnlySpan<uint> left, ReadOnlySpan<uint> right)
    {
        var (i, j, shared) = (0, 0, 0);
        while (i < left.Length && j < right.Length)
        {
            var (a, b) = (left[i], right[j]);
            shared += a == b ? 1 : 0;
            i += a <= b ? 1 : 0;
            j += b <= a ? 1 : 0;
        }
        return shared == 0 ? 0 : shared / (double)(left.Length + right.Length - shared);
    }
}
