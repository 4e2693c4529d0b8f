using System.Text;

namespace MiniCpmDist.Core.Randomness;

/// <summary>
/// Random numbers as a function of (seed, name, index): any element can be had without the ones before it, and every
/// machine gives the same bits.
/// </summary>
/// <remarks>
/// The definition, complete enough to be repeated in another language:
/// <list type="number">
/// <item>Word <c>i</c> (64 bits) of stream <c>name</c>: let <c>h</c> be FNV-1a of the UTF-8 bytes of the name (64 bits:
/// start with 0xCBF29CE484222325; for each byte XOR it in, then multiply by 0x100000001B3 modulo 2^64). Let
/// <c>b = ⌊i/2⌋</c>. Philox4x32-10 of counter <c>(b mod 2^32, ⌊b/2^32⌋, h mod 2^32, ⌊h/2^32⌋)</c> and key
/// <c>(seed mod 2^32, ⌊seed/2^32⌋)</c> gives <c>x0 .. x3</c>. The word is <c>x0 + 2^32·x1</c> for even <c>i</c> and
/// <c>x2 + 2^32·x3</c> for odd <c>i</c>.</item>
/// <item>Normal number <c>i</c>: <c>k = ⌊word i / 2^11⌋</c>, 53 bits; the uniform is <c>(k + 0.5) / 2^53</c>; the
/// number is its normal quantile (<see cref="NormalQuantile"/>, float64) times the standard deviation (one float64
/// product), rounded to float32, ties to even.</item>
/// </list>
/// Only integer operations and IEEE float64 + - * / and square root are used, each rounded once, never contracted.
/// </remarks>
public static class CounterRandom
{
    private const ulong FnvOffset = 0xCBF29CE484222325;
    private const ulong FnvPrime = 0x100000001B3;
    private const int UniformShift = 11;

    /// <summary>
    /// Fills with normal numbers <paramref name="firstIndex"/>, <paramref name="firstIndex"/> + 1, ... of a stream.
    /// </summary>
    /// <param name="destination">Float32 elements to write.</param>
    /// <param name="firstIndex">Index of the first one within the stream; not negative.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="name">Stream; for weights the name of the parameter.</param>
    /// <param name="std">Standard deviation; the mean is 0.</param>
    public static void FillNormal(Span<float> destination, long firstIndex, ulong seed, string name, double std)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstIndex);
        var stream = Hash(name);
        for (var i = 0; i < destination.Length; i++)
        {
            var index = (ulong)firstIndex + (ulong)i;
            var (even, odd) = Philox.Block(index / 2, stream, seed);
            if (index % 2 == 0)
            {
                destination[i] = Normal(even, std);
                if (++i == destination.Length)
                    return;
            }
            destination[i] = Normal(odd, std);
        }
    }

    /// <summary>Word number <paramref name="counter"/> of a stream, uniform over all 64-bit values.</summary>
    public static ulong UInt64(ulong seed, string stream, ulong counter)
    {
        var (even, odd) = Philox.Block(counter / 2, Hash(stream), seed);
        return counter % 2 == 0 ? even : odd;
    }

    /// <summary>FNV-1a, 64 bits, of the UTF-8 bytes of a name.</summary>
    internal static ulong Hash(string name)
    {
        var state = FnvOffset;
        foreach (var octet in Encoding.UTF8.GetBytes(name))
            state = unchecked((state ^ octet) * FnvPrime);
        return state;
    }

    private static float Normal(ulong word, double std) => (float)(NormalQuantile.Of(word >> UniformShift) * std);
}
