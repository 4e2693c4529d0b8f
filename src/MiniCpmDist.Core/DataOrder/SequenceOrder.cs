using System.Numerics;
using MiniCpmDist.Core.Randomness;

namespace MiniCpmDist.Core.DataOrder;

/// <summary>
/// The order in which a run reads the sequences of one source: in every epoch each sequence once, in another order. The
/// place of a sequence depends on the seed, the source's name, its number of sequences and the cursor, and on nothing
/// else: not on ranks, batches or what was read before. Memory does not grow with the source.
/// </summary>
/// <remarks>
/// A keyed bijection: a balanced Feistel network of eight rounds over the smallest even number of bits, 2h, that holds
/// all indices. A round turns the halves (left, right) into (right, left XOR f), where f is the low h bits of
/// Philox4x32-10 of counter (right, round, epoch) - 32 bits each, the epoch 64 - with key seed XOR
/// FNV-1a("data-order/NAME"). Results that are no index go through the network again (cycle walking: fewer than four
/// times on average at the worst).
/// </remarks>
public sealed class SequenceOrder
{
    // Four rounds are enough for a pseudo-random permutation (Luby and Rackoff); small halves deserve a few more.
    private const uint Rounds = 8;
    private const string Stream = "data-order/";
    private readonly ulong _key;
    private readonly int _halfBits;

    /// <param name="seed">The run's seed.</param>
    /// <param name="source">Name of the source.</param>
    /// <param name="sequenceCount">Sequences of the source; positive.</param>
    public SequenceOrder(ulong seed, string source, long sequenceCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sequenceCount);
        SequenceCount = sequenceCount;
        _key = seed ^ CounterRandom.Hash(Stream + source);
        var bits = 64 - BitOperations.LeadingZeroCount((ulong)sequenceCount - 1);
        _halfBits = Math.Max(1, (bits + 1) / 2);
    }

    /// <summary>Sequences of one epoch.</summary>
    public long SequenceCount { get; }

    /// <summary>The sequence that is read at a place, 0 .. <see cref="SequenceCount"/> - 1.</summary>
    /// <param name="cursor">Sequences of the source read since the beginning of the run.</param>
    public long IndexAt(long cursor)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cursor);
        var (epoch, place) = Math.DivRem(cursor, SequenceCount);
        var index = (ulong)place;
        do
            index = Permute(index, (ulong)epoch);
        while (index >= (ulong)SequenceCount);
        return (long)index;
    }

    private ulong Permute(ulong index, ulong epoch)
    {
        var mask = (1UL << _halfBits) - 1;
        var (left, right) = (index >> _halfBits, index & mask);
        for (var round = 0u; round < Rounds; round++)
        {
            var (mixed, _) = Philox.Block(right | (ulong)round << 32, epoch, _key);
            (left, right) = (right, left ^ (mixed & mask));
        }
        return left << _halfBits | right;
    }
}
