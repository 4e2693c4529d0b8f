using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace MiniCpmDist.Core.Filtering;

/// <summary>
/// How much of a text repeats itself, as Gopher's filters measure it (Rae et al. 2021, appendix A1.1, table A1).
/// </summary>
internal static class Repetition
{
    /// <summary>The share of pieces that an earlier piece equals; by characters, or by pieces.</summary>
    public static double OfPieces(TextFacts facts, IReadOnlyList<Range> pieces, bool byCharacters)
    {
        var seen = new HashSet<UInt128>();
        var (all, repeated) = (0L, 0L);
        foreach (var piece in pieces)
        {
            var weight = byCharacters ? facts.Characters(piece) : 1;
            all += weight;
            repeated += seen.Add(Hash(facts.Of(piece))) ? 0 : weight;
        }
        return Share(repeated, all);
    }

    /// <summary>The share of the words' characters in the n-gram that covers most.</summary>
    public static double OfTopNgram(TextFacts facts, int n)
    {
        var counts = new Dictionary<UInt128, (int Count, long Characters)>();
        var most = 0L;
        foreach (var (hash, characters) in Ngrams(facts, n))
        {
            var (count, _) = counts.GetValueOrDefault(hash);
            counts[hash] = (count + 1, characters);
            if (count > 0)
                most = Math.Max(most, (count + 1) * characters);
        }
        return Share(most, Total(facts));
    }

    /// <summary>The share of the words' characters in n-grams that occur more than once, each character once.</summary>
    public static double OfNgrams(TextFacts facts, int n)
    {
        var places = new Dictionary<UInt128, int>();
        var isRepeated = new bool[facts.Words.Count];
        var place = 0;
        foreach (var (hash, _) in Ngrams(facts, n))
        {
            if (places.TryGetValue(hash, out var first))
            {
                isRepeated.AsSpan(first, n).Fill(true);
                isRepeated.AsSpan(place, n).Fill(true);
            }
            else
                places[hash] = place;
            place++;
        }
        var repeated = 0L;
        for (var word = 0; word < isRepeated.Length; word++)
            repeated += isRepeated[word] ? facts.Characters(facts.Words[word]) : 0;
        return Share(repeated, Total(facts));
    }

    private static IEnumerable<(UInt128 Hash, long Characters)> Ngrams(TextFacts facts, int n)
    {
        var words = facts.Words
            .Select(word => (Hash: Hash(facts.Of(word)), Characters: facts.Characters(word)))
            .ToArray();
        var characters = 0L;
        for (var end = 0; end < words.Length; end++)
        {
            characters += words[end].Characters;
            if (end >= n)
                characters -= words[end - n].Characters;
            if (end >= n - 1)
                yield return (Joined(words.AsSpan(end - n + 1, n)), characters);
        }
    }

    private static UInt128 Joined(ReadOnlySpan<(UInt128 Hash, int Characters)> words)
    {
        Span<UInt128> hashes = stackalloc UInt128[words.Length];
        for (var i = 0; i < words.Length; i++)
            hashes[i] = words[i].Hash;
        return XxHash128.HashToUInt128(MemoryMarshal.AsBytes(hashes));
    }

    private static UInt128 Hash(ReadOnlySpan<char> text) => XxHash128.HashToUInt128(MemoryMarshal.AsBytes(text));

    private static long Total(TextFacts facts) => facts.Words.Sum(word => (long)facts.Characters(word));

    private static double Share(long part, long all) => all == 0 ? 0 : (double)part / all;
}
