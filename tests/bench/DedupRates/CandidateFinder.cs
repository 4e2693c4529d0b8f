using MiniCpmDist.Core.Deduplication;

namespace MiniCpmDist.DedupRates;

/// <summary>Finds the candidate pairs of texts that are in memory.</summary>
internal sealed class CandidateFinder(byte[][] texts, MinHasher hasher, LshBands cut, ShingleSet shingles)
{
    private const int NumberBits = 32;
    private readonly WordList _words = new();

    /// <summary>The pairs in ascending order: the smaller number in the low half, the larger one in the high
    /// half.</summary>
    public long[] Find()
    {
        var keys = new ulong[cut.Bands][];
        for (var band = 0; band < cut.Bands; band++)
            keys[band] = new ulong[texts.Length];
        var own = new ulong[cut.Bands];
        for (var text = 0; text < texts.Length; text++)
        {
            _words.Clear();
            _words.Add(texts[text]);
            shingles.Fill(_words.Hashes);
            cut.Keys(hasher.Sign(shingles.Shingles), own);
            for (var band = 0; band < cut.Bands; band++)
                keys[band][text] = own[band];
        }
        var pairs = new List<long>();
        var numbers = new int[texts.Length];
        foreach (var band in keys)
            AddPairs(band, numbers, pairs);
        pairs.Sort();
        return [.. pairs.Distinct()];
    }

    private static void AddPairs(ulong[] keys, int[] numbers, List<long> pairs)
    {
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = i;
        Array.Sort(keys, numbers);
        for (var start = 0; start < keys.Length;)
        {
            var end = start + 1;
            while (end < keys.Length && keys[end] == keys[start])
                end++;
            foreach (var (first, second) in Bucket.Pairs(end - start))
            {
                var (a, b) = (numbers[start + first], numbers[start + second]);
                pairs.Add(((long)Math.Max(a, b) << NumberBits) + Math.Min(a, b));
            }
            start = end;
        }
    }
}
