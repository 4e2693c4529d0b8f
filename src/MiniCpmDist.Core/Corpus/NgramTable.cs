using System.Numerics;

namespace MiniCpmDist.Core.Corpus;

/// <summary>
/// The 12-grams of some texts, and which of them other texts have too. A 12-gram is known by a hash of 64 bits. So of
/// those that are found, about one in 2^40 is in truth a different one.
/// </summary>
public sealed class NgramTable
{
    /// <summary>Tokens of an n-gram: long enough that common phrases of English are shorter.</summary>
    public const int Tokens = 12;

    private const ulong Base = 0x9E3779B97F4A7C15;
    private const int FilterBitsPerPlace = 8;
    private static readonly ulong s_oldest = Power(Tokens);

    private readonly ulong[] _ngrams;
    private readonly bool[] _isFound;
    private readonly ulong[] _filter;

    /// <param name="most">The largest number of 12-grams that will be added.</param>
    public NgramTable(long most)
    {
        var places = (int)BitOperations.RoundUpToPowerOf2((ulong)Math.Clamp(most * 2, 64, 1 << 30));
        (_ngrams, _isFound) = (new ulong[places], new bool[places]);
        _filter = new ulong[(long)places * FilterBitsPerPlace / 64];
    }

    /// <summary>Adds the 12-grams of a text.</summary>
    public void Add(ReadOnlySpan<long> ids)
    {
        for (var (rolling, end) = (0UL, 0); end < ids.Length;)
        {
            if (!Next(ids, ref rolling, ref end, out var hash))
                continue;
            _ngrams[PlaceOf(hash)] = hash;
            var bit = BitOf(hash);
            _filter[bit >> 6] |= 1UL << (int)(bit & 63);
        }
    }

    /// <summary>Marks the 12-grams that a text has.</summary>
    public void Find(ReadOnlySpan<long> ids)
    {
        for (var (rolling, end) = (0UL, 0); end < ids.Length;)
        {
            if (!Next(ids, ref rolling, ref end, out var hash))
                continue;
            // Most 12-grams of any text are not in the table, and this small filter says so without waiting for memory.
            var bit = BitOf(hash);
            if ((_filter[bit >> 6] & (1UL << (int)(bit & 63))) == 0)
                continue;
            var place = PlaceOf(hash);
            if (_ngrams[place] == hash)
                _isFound[place] = true;
        }
    }

    /// <summary>Takes all marks away.</summary>
    public void Forget() => _isFound.AsSpan().Clear();

    /// <summary>12-grams of a text that was added, and how many of them are marked.</summary>
    public (int Ngrams, int Found) Count(ReadOnlySpan<long> ids)
    {
        var (ngrams, found) = (0, 0);
        for (var (rolling, end) = (0UL, 0); end < ids.Length;)
        {
            if (!Next(ids, ref rolling, ref end, out var hash))
                continue;
            ngrams++;
            found += _isFound[PlaceOf(hash)] ? 1 : 0;
        }
        return (ngrams, found);
    }

    // False until enough tokens have come.
    private static bool Next(ReadOnlySpan<long> ids, ref ulong rolling, ref int end, out ulong hash)
    {
        unchecked
        {
            rolling = rolling * Base + (ulong)ids[end] + 1;
            if (end >= Tokens)
                rolling -= s_oldest * ((ulong)ids[end - Tokens] + 1);
            end++;
            // The finish of MurmurHash3: high bits of a rolling hash are good, low ones are not. 0 is an empty place.
            hash = rolling;
            hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCD;
            hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53;
            hash = Math.Max(1, hash ^ (hash >> 33));
            return end >= Tokens;
        }
    }

    private int PlaceOf(ulong hash)
    {
        var place = (int)(hash & (ulong)(_ngrams.Length - 1));
        while (_ngrams[place] != 0 && _ngrams[place] != hash)
            place = (place + 1) & (_ngrams.Length - 1);
        return place;
    }

    private ulong BitOf(ulong hash) => (hash >> 20) & (ulong)(_filter.Length * 64L - 1);

    private static ulong Power(int exponent)
    {
        var power = 1UL;
        for (var i = 0; i < exponent; i++)
            power = unchecked(power * Base);
        return power;
    }
}
