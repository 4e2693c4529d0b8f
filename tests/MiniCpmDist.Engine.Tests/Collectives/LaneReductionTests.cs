using MiniCpmDist.Core.Randomness;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Engine.Collectives;

namespace MiniCpmDist.Engine.Tests.Collectives;

public sealed class LaneReductionTests
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
        RequireTree(lanes, lanes * FlatLayout.ChunkSize * 2L);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Parts_that_are_exchanged_in_pieces_have_the_bits_of_the_tree_too(int lanes) =>
        // A piece is 256 chunks.
        RequireTree(lanes, lanes * FlatLayout.ChunkSize * 300L);

    private static void RequireTree(int lanes, long length)
    {
        var tree = new LaneTree(lanes);
        var gradients = Enumerable.Range(0, lanes).Select(lane => Gradient(lane, length)).ToArray();
        var expected = Sum(gradients, tree.TopFactor);
        foreach (var worldSize in tree.WorldSizes)
        {
            using var world = new ThreadWorld(worldSize);
            foreach (var (owned, gathered) in world.Run(communicator => Reduce(tree, communicator, gradients)))
            {
                Assert.Equal(expected[(int)owned.Offset..(int)(owned.Offset + owned.Count)], owned.Values);
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

    private static ((long Offset, long Count, float[] Values) Owned, float[] Gathered) Reduce(
        LaneTree tree, ICommunicator communicator, float[][] gradients)
    {
        using var buffer = new FloatBuffer(gradients[0].Length);
        using var reduction = new LaneReduction(tree, communicator, buffer);
        var (first, count) = tree.LanesOf(communicator.Rank, communicator.WorldSize);
        for (var lane = first; lane < first + count; lane++)
        {
            gradients[lane].CopyTo(buffer.Span(0, gradients[lane].Length));
            reduction.AddLane();
        }
        reduction.ReduceScatterCollective();
        var (offset, length) = reduction.Owned;
        var owned = buffer.Span(offset, (int)length).ToArray();
        reduction.GatherCollective(buffer);
        return ((offset, length, owned), buffer.Span(0, (int)buffer.Length).ToArray());
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
