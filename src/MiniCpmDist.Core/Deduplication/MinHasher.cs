using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MiniCpmDist.Core.Randomness;

namespace MiniCpmDist.Core.Deduplication;

/// <summary>
/// MinHash (Broder, 1997): the smallest value of a text's shingles under each of some permutations of 32-bit numbers.
/// The share of permutations under which two texts agree estimates the Jaccard similarity of their shingles. A
/// permutation is (x XOR c) * a modulo 2^32, with c any number and a an odd one, both out of Philox.
/// </summary>
public sealed class MinHasher
{
    private const ulong Seed = 1;
    private const int HighHalf = 32;
    private const int Block = 64;    // permutations of one walk over the shingles: four of the widest registers
    private readonly uint[] _masks;
    private readonly uint[] _factors;
    private readonly uint[] _minima;

    /// <param name="permutations">1 or more.</param>
    public MinHasher(int permutations)
    {
        Permutations = permutations;
        var places = (permutations + Block - 1) / Block * Block;
        _masks = new uint[places];
        _factors = new uint[places];
        _minima = new uint[places];
        for (var i = 0; i < places; i++)
        {
            var word = CounterRandom.UInt64(Seed, "minhash", (ulong)i);
            (_masks[i], _factors[i]) = ((uint)word, (uint)(word >> HighHalf) | 1);
        }
    }

    /// <summary>Numbers of a signature.</summary>
    public int Permutations { get; }

    /// <summary>c of each permutation.</summary>
    public ReadOnlySpan<uint> Masks => _masks.AsSpan(0, Permutations);

    /// <summary>a of each permutation.</summary>
    public ReadOnlySpan<uint> Factors => _factors.AsSpan(0, Permutations);

    /// <summary>The signature of a text; valid until the next call.</summary>
    /// <param name="shingles">In any order, equal ones any number of times; at least one.</param>
    public ReadOnlySpan<uint> Sign(ReadOnlySpan<uint> shingles)
    {
        for (var at = 0; at < _masks.Length; at += Block)
        {
            if (Vector512.IsHardwareAccelerated)
                SignBlock512(shingles, at);
            else
            {
                for (var part = at; part < at + Block; part += 4 * Vector<uint>.Count)
                    SignBlock(shingles, part);
            }
        }
        return _minima.AsSpan(0, Permutations);
    }

    // Minima, masks and factors of 64 permutations stay in registers while the shingles pass by.
    private void SignBlock512(ReadOnlySpan<uint> shingles, int at)
    {
        var masks = MemoryMarshal.Cast<uint, Vector512<uint>>(_masks.AsSpan(at, Block));
        var factors = MemoryMarshal.Cast<uint, Vector512<uint>>(_factors.AsSpan(at, Block));
        var (c0, c1, c2, c3) = (masks[0], masks[1], masks[2], masks[3]);
        var (a0, a1, a2, a3) = (factors[0], factors[1], factors[2], factors[3]);
        var (m0, m1, m2, m3) = (
            Vector512<uint>.AllBitsSet, Vector512<uint>.AllBitsSet, Vector512<uint>.AllBitsSet,
            Vector512<uint>.AllBitsSet);
        foreach (var shingle in shingles)
        {
            var x = Vector512.Create(shingle);
            m0 = Vector512.Min(m0, (x ^ c0) * a0);
            m1 = Vector512.Min(m1, (x ^ c1) * a1);
            m2 = Vector512.Min(m2, (x ^ c2) * a2);
            m3 = Vector512.Min(m3, (x ^ c3) * a3);
        }
        var minima = MemoryMarshal.Cast<uint, Vector512<uint>>(_minima.AsSpan(at, Block));
        (minima[0], minima[1], minima[2], minima[3]) = (m0, m1, m2, m3);
    }

    private void SignBlock(ReadOnlySpan<uint> shingles, int at)
    {
        var length = 4 * Vector<uint>.Count;
        var masks = MemoryMarshal.Cast<uint, Vector<uint>>(_masks.AsSpan(at, length));
        var factors = MemoryMarshal.Cast<uint, Vector<uint>>(_factors.AsSpan(at, length));
        var (c0, c1, c2, c3) = (masks[0], masks[1], masks[2], masks[3]);
        var (a0, a1, a2, a3) = (factors[0], factors[1], factors[2], factors[3]);
        var (m0, m1, m2, m3) = (
            Vector<uint>.AllBitsSet, Vector<uint>.AllBitsSet, Vector<uint>.AllBitsSet, Vector<uint>.AllBitsSet);
        foreach (var shingle in shingles)
        {
            var x = new Vector<uint>(shingle);
            m0 = Vector.Min(m0, (x ^ c0) * a0);
            m1 = Vector.Min(m1, (x ^ c1) * a1);
            m2 = Vector.Min(m2, (x ^ c2) * a2);
            m3 = Vector.Min(m3, (x ^ c3) * a3);
        }
        var minima = MemoryMarshal.Cast<uint, Vector<uint>>(_minima.AsSpan(at, length));
        (minima[0], minima[1], minima[2], minima[3]) = (m0, m1, m2, m3);
    }
}
