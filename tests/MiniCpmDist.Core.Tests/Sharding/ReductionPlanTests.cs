using MiniCpmDist.Core.Sharding;

namespace MiniCpmDist.Core.Tests.Sharding;

public sealed class ReductionPlanTests
{
    public static TheoryData<int, int> LanesAndWorlds
    {
        get
        {
            var data = new TheoryData<int, int>();
            foreach (var lanes in new[] { 1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24 })
            {
                foreach (var world in new LaneTree(lanes).WorldSizes)
                    data.Add(lanes, world);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(LanesAndWorlds))]
    public void Every_world_adds_the_lanes_with_the_same_parentheses(int lanes, int worldSize)
    {
        var tree = new LaneTree(lanes);
        var world = new SymbolicWorld(tree, worldSize);

        foreach (var sum in world.Reduce())
            Assert.Equal(Expected(tree), sum);
    }

    [Fact]
    public void The_parentheses_are_neighbours_first_and_the_wide_stage_last()
    {
        Assert.Equal("((0+1)+(2+3))", Expected(new LaneTree(4)));
        Assert.Equal("(((0+1)+(2+3))+(4+5))", Expected(new LaneTree(6)));
        Assert.Equal("((((0+1)+2)+3)+4)", Expected(new LaneTree(5)));
    }

    [Theory]
    [MemberData(nameof(LanesAndWorlds))]
    public void Owned_slices_tile_the_buffer_in_whole_chunks(int lanes, int worldSize)
    {
        var length = 3L * lanes * FlatLayout.ChunkSize;
        var plans = SymbolicWorld.Plans(new LaneTree(lanes), worldSize, length);

        var end = 0L;
        foreach (var (offset, count) in plans.Select(plan => plan.Owned).OrderBy(slice => slice.Offset))
        {
            Assert.Equal(end, offset);
            Assert.Equal(length / worldSize, count);
            Assert.Equal(0, count % FlatLayout.ChunkSize);
            end += count;
        }
        Assert.Equal(length, end);
        for (var rank = 0; rank < worldSize; rank++)
            Assert.Equal(plans[rank].Owned, plans[0].OwnedBy(rank));
    }

    [Theory]
    [MemberData(nameof(LanesAndWorlds))]
    public void Members_of_a_stage_agree_about_it(int lanes, int worldSize)
    {
        var plans = SymbolicWorld.Plans(new LaneTree(lanes), worldSize, (long)lanes * FlatLayout.ChunkSize);
        for (var rank = 0; rank < worldSize; rank++)
        {
            for (var i = 0; i < plans[rank].Stages.Count; i++)
            {
                var stage = plans[rank].Stages[i];
                Assert.Contains(rank, stage.Members);
                Assert.Equal(stage.Members.Order(), stage.Members);
                foreach (var member in stage.Members)
                {
                    var theirs = plans[member].Stages[i];
                    Assert.Equal(stage.Members, theirs.Members);
                    Assert.Equal((stage.Offset, stage.Count), (theirs.Offset, theirs.Count));
                }
            }
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 4)]
    [InlineData(2, 2)]
    [InlineData(3, 6)]
    [InlineData(4, 1)]
    [InlineData(6, 3)]
    public void With_pairs_only_a_rank_owns_the_slice_of_its_reversed_bits(int rank, int slice)
    {
        var plan = ReductionPlan.For(8 * FlatLayout.ChunkSize, new LaneTree(8), 8, rank);

        Assert.Equal((slice * FlatLayout.ChunkSize, FlatLayout.ChunkSize), plan.Owned);
        Assert.Equal([1, 2, 4], plan.Stages.Select(stage => stage.Members[1] - stage.Members[0]));
    }

    [Fact]
    public void What_would_give_torn_chunks_or_torn_trees_is_refused()
    {
        Assert.Throws<ArgumentException>(() => ReductionPlan.For(2 * FlatLayout.ChunkSize, new LaneTree(4), 4, 0));
        Assert.Throws<ArgumentException>(() => ReductionPlan.For(6 * FlatLayout.ChunkSize, new LaneTree(8), 6, 0));
        Assert.Throws<ArgumentException>(() => ReductionPlan.For(4 * FlatLayout.ChunkSize, new LaneTree(12), 4, 0));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => ReductionPlan.For(2 * FlatLayout.ChunkSize, new LaneTree(2), 2, 2));
    }

    private static string Expected(LaneTree tree)
    {
        var width = tree.Lanes / tree.TopFactor;
        return Enumerable.Range(0, tree.TopFactor)
            .Select(part => Pairs(part * width, width))
            .Aggregate((left, right) => $"({left}+{right})");
    }

    private static string Pairs(int first, int count) =>
        count == 1 ? $"{first}" : $"({Pairs(first, count / 2)}+{Pairs(first + count / 2, count / 2)})";
}
