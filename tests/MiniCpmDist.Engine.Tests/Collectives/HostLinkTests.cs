using System.Runtime.InteropServices;
using MiniCpmDist.Core.Randomness;
using MiniCpmDist.Engine.Collectives;

namespace MiniCpmDist.Engine.Tests.Collectives;

/// <summary>
/// World sizes that are no powers of two, and none to talk to; with real processes and other types: Distributed.Tests.
/// </summary>
public sealed class HostLinkTests
{
    [Theory]
    [InlineData(1, 1000)]
    [InlineData(2, 1)]
    [InlineData(3, 1000)]
    [InlineData(5, 3)]
    [InlineData(5, 4097)]
    public void The_sum_of_all_ranks_is_in_rank_order_whatever_the_world_and_the_count(int worldSize, int count)
    {
        using var world = new ThreadWorld(worldSize);
        var ranks = Enumerable.Range(0, worldSize).Select(rank => Values(rank, count)).ToArray();
        var expected = ranks.Aggregate((sum, next) => [.. sum.Zip(next, (a, b) => a + b)]);

        var sums = world.Run(communicator =>
        {
            var values = Pinned(ranks[communicator.Rank]);
            var link = new HostLink(communicator);
            link.AllReduce(Address(values), Address(values), count, ElementType.Float32);
            return values;
        });

        Assert.All(sums, sum => Assert.Equal(expected, sum));
    }

    [Fact]
    public void Pieces_that_are_smaller_than_a_block_change_no_bit()
    {
        // A block is 4 MiB and one element, and what goes out at once 4 MiB.
        const int Block = (1 << 20) + 1;
        using var world = new ThreadWorld(2);
        var ranks = Enumerable.Range(0, 2).Select(rank => Values(rank, 2 * Block)).ToArray();

        var blocks = world.Run(communicator =>
        {
            var send = Pinned(ranks[communicator.Rank]);
            var block = Pinned(new float[Block]);
            new HostLink(communicator).ReduceScatter(Address(send), Address(block), Block, ElementType.Float32);
            return block;
        });

        var expected = ranks[0].Zip(ranks[1], (a, b) => a + b).ToArray();
        Assert.True(expected.AsSpan(0, Block).SequenceEqual(blocks[0]));
        Assert.True(expected.AsSpan(Block).SequenceEqual(blocks[1]));
    }

    [Theory]
    // 1 + 2^-8 lies in the middle between 1 and 1 + 2^-7, and the even one of the two is 1.
    [InlineData(0x3f80, 0x3b80, 0x3f80)]
    // 1 + 2^-7 + 2^-8: the even one is above.
    [InlineData(0x3f81, 0x3b80, 0x3f82)]
    // The largest and as much again: infinity.
    [InlineData(0x7f7f, 0x7f7f, 0x7f80)]
    // No number stays none, and does not become infinity.
    [InlineData(0x7fff, 0x3f80, 0x7fff)]
    public void Sums_of_bfloat16_are_rounded_once_and_to_the_nearest_even(int left, int right, int expected)
    {
        using var world = new ThreadWorld(2);

        var sums = world.Run(communicator =>
        {
            var values = Pinned(new[] { (ushort)(communicator.Rank == 0 ? left : right) });
            new HostLink(communicator).AllReduce(Address(values), Address(values), 1, ElementType.BFloat16);
            return values[0];
        });

        Assert.All(sums, sum => Assert.Equal(expected, sum));
    }

    [Fact]
    public void Bytes_have_no_sum()
    {
        using var world = new ThreadWorld(1);
        var values = Pinned(new byte[4]);

        world.Run(communicator => Assert.Throws<ArgumentOutOfRangeException>(() =>
            new HostLink(communicator).AllReduce(Address(values), Address(values), 4, ElementType.Byte)));
    }

    private static float[] Values(int rank, int count)
    {
        var values = new float[count];
        CounterRandom.FillNormal(values, 0, seed: 5, $"rank {rank}", std: 1);
        return values;
    }

    private static T[] Pinned<T>(T[] values) where T : unmanaged
    {
        var pinned = GC.AllocateArray<T>(values.Length, pinned: true);
        values.CopyTo(pinned, 0);
        return pinned;
    }

    private static nint Address<T>(T[] pinned) where T : unmanaged => Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0);
}
