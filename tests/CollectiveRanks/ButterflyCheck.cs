using MiniCpmDist.Core.Randomness;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Native.Kernels;

namespace MiniCpmDist.CollectiveRanks;

/// <summary>
/// The lanes' tree over send and receive: the stages of <see cref="ReductionPlan"/> by a link's exchanges give the
/// bits of <see cref="LaneReduction"/> over MPI.
/// </summary>
internal static class ButterflyCheck
{
    private const int Lanes = 4;
    private const long Length = Lanes * FlatLayout.ChunkSize * 8L;

    public static void Run(ICommunicator world, ITensorLink link)
    {
        using var expected = OwnSum(world);
        using var reduction = new LaneReduction(new LaneTree(Lanes), world, expected);
        reduction.ReduceScatterCollective();
        reduction.GatherCollective(expected);

        using var found = OwnSum(world);
        using var received = new FloatBuffer(Length);
        var plan = ReductionPlan.For(Length, world.WorldSize, world.Rank, topFactor: 1);
        foreach (var stage in plan.Stages)
            AddStage(link, stage, found, received);
        foreach (var stage in plan.Stages.Reverse())
            Gather(link, stage, found);
        link.Wait();

        if (!expected.Span(0, (int)Length).SequenceEqual(found.Span(0, (int)Length)))
        {
            throw new InvalidOperationException(
                $"Other bits over {link.Description} than over MPI, on rank {world.Rank}.");
        }
    }

    private static void AddStage(ITensorLink link, ReductionStage stage, FloatBuffer sum, FloatBuffer received)
    {
        var peer = stage.Members.Single(member => member != link.Rank);
        var own = stage.PartOf(link.Rank);
        var theirs = stage.PartOf(peer);
        link.Exchange(peer, sum.At(theirs.Offset), theirs.Count, received.At(0), own.Count, ElementType.Float32);
        // On a device the addition would be queued behind the exchange; a host has to wait for it.
        link.Wait();
        VectorKernels.Add(sum.At(own.Offset), received.At(0), own.Count);
    }

    private static void Gather(ITensorLink link, ReductionStage stage, FloatBuffer sum)
    {
        var peer = stage.Members.Single(member => member != link.Rank);
        var own = stage.PartOf(link.Rank);
        var theirs = stage.PartOf(peer);
        link.Exchange(peer, sum.At(own.Offset), own.Count, sum.At(theirs.Offset), theirs.Count, ElementType.Float32);
    }

    /// <summary>A rank's lanes, added along the part of the tree that is inside of it.</summary>
    private static FloatBuffer OwnSum(ICommunicator world)
    {
        var (first, count) = new LaneTree(Lanes).LanesOf(world.Rank, world.WorldSize);
        var level = Enumerable.Range(first, count).Select(Lane).ToArray();
        while (level.Length > 1)
            level = [.. level.Chunk(2).Select(pair => pair[0].Zip(pair[1], (a, b) => a + b).ToArray())];
        var buffer = new FloatBuffer(Length);
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
