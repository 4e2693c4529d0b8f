using MiniCpmDist.Core.Randomness;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Engine.Collectives;

namespace MiniCpmDist.Engine.Tests.Collectives;

public sealed class OrderedReduceScatterTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(8)]
    [InlineData(12)]
    public void Every_fitting_world_size_gives_the_bits_of_the_tree_that_the_lanes_fix(int lanes) =>
        RequireTree(lanes, lanes * FlatLayout.ChunkSize * 3L);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Parts_that_are_exchanged_in_pieces_have_the_bits_of_the_tree_too(int lanes) =>
        // A piece is 256 chunks.
        RequireTree(lanes, lanes * FlatLayout.ChunkSize * 900L);

    private static void RequireTree(int lanes, long length)
    {
        var tree = new LaneTree(lanes);
        var gradients = Enumerable.Range(0, lanes).Select(lane => Gradient(lane, length)).ToArray();
        var expected = Sum(gradients, tree.TopFactor);
        foreach (var worldSize in tree.WorldSizes)
        {
            using var world = new ThreadWorld(worldSize);
            foreach (var (owned, sums, gathered) in world.Run(communicator => Reduce(tree, communicator, gradients)))
            {
                foreach (var (bucket, (offset, count)) in owned.Parts.Index())
                    Assert.Equal(expected[(int)offset..(int)(offset + count)], sums[bucket]);
                Assert.Equal(expected, gathered);
            }
        }
    }

    [Fact]
    public void The_order_matters_at_all()
    {
        // If float32 addition were associative, the test above could not fail.
        var gradients = Enumerable.Range(0, 4).Select(lane => Gradient(lane, 4096)).ToArray();
        var leftToRight = gradients.Aggregate((sum, next) => [.. sum.Zip(next, (a, b) => a + b)]);

        Assert.NotEqual(Sum(gradients, topFactor: 1), leftToRight);
    }

    private static (RankSlices Owned, float[][] Sums, float[] Gathered) Reduce(
        LaneTree tree, ICommunicator communicator, float[][] gradients)
    {
        using var buffer = new FlatBuffer(gradients[0].Length);
        var (first, count) = tree.LanesOf(communicator.Rank, communicator.WorldSize);
        using var lanes = new LaneSums(tree, count, buffer);
        // Two buckets, one twice as long as the other.
        var third = buffer.Length / 3;
        Bucket[] buckets = [new(0, third, Bucket.AtTheEnd), new(third, 2 * third, 0)];
        using var reduction = new OrderedReduceScatter(tree, new HostLink(communicator), buckets, new NoSideStream());
        for (var lane = first; lane < first + count; lane++)
        {
            gradients[lane].CopyTo(buffer.Span(0, gradients[lane].Length));
            lanes.AddLane();
        }
        foreach (var (i, bucket) in buckets.Index())
            reduction.ReduceScatterCollective(i, buffer, bucket.Offset);
        var sums = reduction.Owned.Parts.Select(part => buffer.Span(part.Offset, (int)part.Count).ToArray()).ToArray();
        reduction.GatherCollective(buffer);
        return (reduction.Owned, sums, buffer.Span(0, (int)buffer.Length).ToArray());
    }

    /// <summary>
    /// The definition: neighbours first, then pairs of neighbours; the 3 or 5 subtrees at the top left to right.
    /// </summary>
    private static float[] Sum(float[][] lanes, int topFactor)
    {
        var level = lanes;
        while (level.Length > topFactor)
            level = [.. level.Chunk(2).Select(pair => Add(pair[0], pair[1]))];
        return level.Aggregate(Add);
    }

    private static float[] Add(float[] left, float[] right) => [.. left.Zip(right, (a, b) => a + b)];

    private static float[] Gradient(int lane, long length)
    {
        var values = new float[length];
        CounterRandom.FillNormal(values, 0, seed: 3, $"lane {lane}", std: 1);
        return values;
    }
}
