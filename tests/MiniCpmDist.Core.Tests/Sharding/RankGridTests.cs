using MiniCpmDist.Core.Sharding;

namespace MiniCpmDist.Core.Tests.Sharding;

public sealed class RankGridTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 2, 1)]
    [InlineData(4, 4, 1)]
    [InlineData(8, 4, 2)]
    [InlineData(16, 4, 4)]
    public void A_world_is_spread_over_a_sequence_first_and_over_lanes_then(int ranks, int ofSequence, int ofLanes)
    {
        var grid = new RankGrid(new LaneTree(4), 4, ranks);

        Assert.Equal((ofSequence, ofLanes), (grid.ContextRanks, grid.LaneRanks));
        Assert.Equal(4 / ofSequence, grid.OwnStrands);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(4, 2)]
    [InlineData(2, 4)]
    public void Every_rank_has_a_whole_subtree_of_the_sums_of_all_strands_of_all_lanes(int lanes, int strands)
    {
        foreach (var ranks in new LaneTree(lanes * strands).WorldSizes)
        {
            var grid = new RankGrid(new LaneTree(lanes), strands, ranks);
            for (var rank = 0; rank < ranks; rank++)
            {
                var (firstStrand, ownStrands) = grid.StrandsOf(rank);
                var (firstLane, ownLanes) = grid.LanesOf(rank);
                var own =
                    from strand in Enumerable.Range(firstStrand, ownStrands)
                    from lane in Enumerable.Range(firstLane, ownLanes)
                    select strand * lanes + lane;
                var (first, count) = grid.Sums.LanesOf(rank, ranks);

                Assert.Equal(Enumerable.Range(first, count), own);
            }
        }
    }

    [Fact]
    public void The_ranks_of_a_sequence_have_the_same_micro_batches_and_different_strands()
    {
        var grid = new RankGrid(new LaneTree(2), 2, 4);

        Assert.Equal([0, 2], grid.ContextOf(2));
        Assert.Equal([1, 3], grid.ContextOf(1));
        Assert.Equal(grid.MicroBatchesOf(0, 5), grid.MicroBatchesOf(2, 5));
        Assert.Equal((2, 3), grid.MicroBatchesOf(3, 5));
        Assert.Equal([(0, 1), (0, 1), (1, 1), (1, 1)], Enumerable.Range(0, 4).Select(grid.StrandsOf));
    }
}
