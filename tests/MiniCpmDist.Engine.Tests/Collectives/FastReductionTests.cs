using MiniCpmDist.Core.Randomness;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Engine.Collectives;

namespace MiniCpmDist.Engine.Tests.Collectives;

public sealed class FastReductionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Any_number_of_ranks_has_the_sum_each_of_its_parts_and_all_parts_after_the_gather(int worldSize)
    {
        var third = (long)worldSize * FlatLayout.ChunkSize;
        Bucket[] buckets = [new(0, third, Bucket.AtTheEnd), new(third, 2 * third, 0)];
        var gradients = Enumerable.Range(0, worldSize).Select(rank => Gradient(rank, 3 * third)).ToArray();
        var expected = Enumerable.Range(0, (int)(3 * third))
            .Select(i => gradients.Sum(gradient => (double)gradient[i]))
            .ToArray();
        using var world = new ThreadWorld(worldSize);

        var ranks = world.Run(communicator =>
        {
            using var buffer = new FlatBuffer(3 * third);
            gradients[communicator.Rank].CopyTo(buffer.Span(0, (int)buffer.Length));
            using var link = new HostLink(communicator);
            using var reduction = new FastReduction(link, buckets, new NoSideStream());
            foreach (var (i, bucket) in buckets.Index())
                reduction.ReduceScatterCollective(i, buffer, bucket.Offset);
            reduction.GatherCollective(buffer);
            return (reduction.Owned.Count, Sums: buffer.Span(0, (int)buffer.Length).ToArray());
        });

        Assert.All(ranks, rank => Assert.Equal(3 * FlatLayout.ChunkSize, rank.Count));
        Assert.All(ranks, rank => Assert.Equal(ranks[0].Sums, rank.Sums));
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], ranks[0].Sums[i], 1e-6 * worldSize);
    }

    private static float[] Gradient(int rank, long length)
    {
        var values = new float[length];
        CounterRandom.FillNormal(values, 0, seed: 5, $"rank {rank}", std: 1);
        return values;
    }
}
