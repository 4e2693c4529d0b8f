using MiniCpmDist.Core.Randomness;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Engine.Collectives;

namespace MiniCpmDist.CollectiveRanks;

/// <summary>The lanes' tree has the bits over another link that it has over MPI.</summary>
internal static class ButterflyCheck
{
    private const int Lanes = 4;
    private const long Length = Lanes * FlatLayout.ChunkSize * 9L;

    public static void Run(ICommunicator world, ITensorLink link)
    {
        using var overMpi = new HostLink(world);
        using var expected = Reduced(overMpi);
        using var found = Reduced(link);
        if (!expected.Span(0, (int)Length).SequenceEqual(found.Span(0, (int)Length)))
        {
            throw new InvalidOperationException(
                $"Other bits over {link.Description} than over MPI, on rank {world.Rank}.");
        }
    }

    private static FlatBuffer Reduced(ITensorLink link)
    {
        var sums = OwnSum(link);
        Bucket[] buckets = [new(0, Length / 3, Bucket.AtTheEnd), new(Length / 3, 2 * Length / 3, 0)];
        using var reduction = new OrderedReduceScatter(new LaneTree(Lanes), link, buckets, new NoSideStream());
        for (var i = buckets.Length - 1; i >= 0; i--)
            reduction.ReduceScatterCollective(i, sums, buckets[i].Offset);
        reduction.WaitCollective();
        reduction.GatherCollective(sums);
        reduction.WaitCollective();
        return sums;
    }

    /// <summary>A rank's lanes, added along the part of the tree that is inside of it.</summary>
    private static FlatBuffer OwnSum(ITensorLink link)
    {
        var (first, count) = new LaneTree(Lanes).LanesOf(link.Rank, link.WorldSize);
        var level = Enumerable.Range(first, count).Select(Lane).ToArray();
        while (level.Length > 1)
            level = [.. level.Chunk(2).Select(pair => pair[0].Zip(pair[1], (a, b) => a + b).ToArray())];
        var buffer = new FlatBuffer(Length);
        level[0].CopyTo(buffer.Span(0, (int)Length));
        return buffer;
    }

    private static float[] Lane(int lane)
    {
        var values = new float[Length];
        CounterRandom.FillNormal(values, 0, seed: 3, $"lane {lane}", std: 1);
        return values;
    }
}
