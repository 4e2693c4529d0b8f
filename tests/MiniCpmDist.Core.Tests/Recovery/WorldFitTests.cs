using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Recovery;
using MiniCpmDist.Core.Sharding;

namespace MiniCpmDist.Core.Tests.Recovery;

public class WorldFitTests
{
    [Theory]
    [InlineData(8, 8, 8)]
    [InlineData(8, 7, 4)]
    [InlineData(8, 3, 2)]
    [InlineData(12, 11, 6)]
    [InlineData(12, 2, 1)]
    public void Of_what_is_left_the_largest_world_that_divides_the_lanes_is_taken(int lanes, int slots, int ranks) =>
        Assert.Equal(ranks, WorldFit.Of(new LaneTree(lanes).WorldSizes, null, [new HostSlots("a", slots)])!.Ranks);

    [Fact]
    public void Hosts_are_filled_in_the_order_of_the_file()
    {
        var fit = WorldFit.Of(new LaneTree(8).WorldSizes, null, [new("a", 3), new("b", 3), new("c", 3)]);

        Assert.Equal([new HostSlots("a", 3), new HostSlots("b", 3), new HostSlots("c", 2)], fit!.Hosts);
    }

    [Fact]
    public void No_more_ranks_are_taken_than_were_asked_for() =>
        Assert.Equal(2, WorldFit.Of(new LaneTree(8).WorldSizes, wanted: 2, [new("a", 8)])!.Ranks);

    [Fact]
    public void Without_a_host_there_is_no_world() => Assert.Null(WorldFit.Of(new LaneTree(8).WorldSizes, null, []));

    [Fact]
    public void A_host_file_has_comments_and_hosts_without_slots()
    {
        var hosts = HostSlots.ReadFile(
            "# ours\nnode-1 slots=8\n\nnode-2  # one\nnode-3 slots=2 max_slots=2\nnode-4:3\n"
            + "fe80::1 slots=4\n", "hosts");

        Assert.Equal(
            [new("node-1", 8), new("node-2", 1), new("node-3", 2), new("node-4", 3), new("fe80::1", 4)], hosts);
    }

    [Fact]
    public void All_lines_that_are_none_are_told_at_once()
    {
        var problem = Assert.Throws<ConfigurationException>(
            () => HostSlots.ReadFile("node-1 slots=many\nnode-2\nnode-3 8\nnode-4:none\n", "hosts"));

        Assert.Equal(
            ["hosts, line 1", "hosts, line 3", "hosts, line 4"], problem.Problems.Select(found => found.Where));
    }
}
