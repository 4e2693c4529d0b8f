using MiniCpmDist.Core.Sharding;

namespace MiniCpmDist.Core.Tests.Sharding;

public sealed class LaneTreeTests
{
    [Fact]
    public void Lanes_are_powers_of_two_or_three_or_five_times_one()
    {
        int[] expected = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96];

        Assert.Equal(expected, Enumerable.Range(-2, 102).Where(LaneTree.Accepts));
    }

    [Theory]
    [InlineData(1, new[] { 1 })]
    [InlineData(4, new[] { 1, 2, 4 })]
    [InlineData(6, new[] { 1, 3, 6 })]
    [InlineData(12, new[] { 1, 3, 6, 12 })]
    [InlineData(20, new[] { 1, 5, 10, 20 })]
    public void Worlds_fit_that_do_not_cut_a_subtree(int lanes, int[] expected) =>
        Assert.Equal(expected, new LaneTree(lanes).WorldSizes);

    [Fact]
    public void Ranks_share_the_lanes_in_order()
    {
        var tree = new LaneTree(12);

        Assert.Equal([(0, 4), (4, 4), (8, 4)], Enumerable.Range(0, 3).Select(rank => tree.LanesOf(rank, 3)));
        Assert.Equal((0, 12), tree.LanesOf(0, 1));
    }

    [Fact]
    public void A_world_that_does_not_fit_is_refused_with_those_that_do()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new LaneTree(12).LanesOf(0, 2));

        Assert.Contains("1, 3, 6, 12", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new LaneTree(7));
    }
}
