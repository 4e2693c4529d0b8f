using MiniCpmDist.Core.Planning;

namespace MiniCpmDist.Core.Tests.Planning;

/// <summary>
/// Bytes are billions, links a billion bytes a second: seconds are what a rank moves, over each link.
/// </summary>
public sealed class ExchangeTimeTests
{
    private const double Bytes = 1e9;

    [Theory]
    // Two ranks of one host: half of the bytes. Of two hosts: the same over the network, ten times slower.
    [InlineData(2, 8, 0.5)]
    [InlineData(2, 1, 5)]
    // 1/2 and 1/4 within the host, 1/8 between the two.
    [InlineData(8, 4, 0.75 + 1.25)]
    // The last stage has three members: each gets two thirds of a quarter.
    [InlineData(12, 12, 0.75 + (0.25 * 2 / 3))]
    // Rank 0 meets 1 and 2 within its host, but 4 meets 5, and 6 meets 4, over the network: all wait for them.
    [InlineData(8, 5, 5 + 2.5 + 1.25)]
    public void The_butterfly_halves_what_it_moves_and_goes_to_the_network_last(
        int ranks, int perHost, double seconds) =>
        Assert.Equal(
            seconds,
            ExchangeTime.OfButterfly(ranks, new ClusterLinks(perHost, 1e9, 1e8, 0)).Seconds(Bytes),
            1e-9);

    [Theory]
    [InlineData(1, 0)]
    [InlineData(8, 3)]
    [InlineData(1024, 10)]
    public void Each_stage_of_the_butterfly_waits_once(int ranks, int waits) =>
        Assert.Equal(waits, ExchangeTime.OfButterfly(ranks, new ClusterLinks(8, 1, 1, 1)).LatencySeconds);

    [Theory]
    [InlineData(1, 8, 0)]
    [InlineData(2, 8, 0.5)]
    // Eight links of a tenth each carry less than the links within the host.
    [InlineData(16, 8, 15.0 / 16 / 0.8)]
    [InlineData(4, 1, 7.5)]
    public void Rings_move_all_but_one_part_through_the_narrowest_place(int ranks, int perHost, double seconds) =>
        Assert.Equal(
            seconds, ExchangeTime.OfRing(ranks, new ClusterLinks(perHost, 1e9, 1e8, 0)).Seconds(Bytes), 1e-9);

    [Fact]
    public void Rings_wait_once_for_every_other_rank() =>
        Assert.Equal(1023, ExchangeTime.OfRing(1024, new ClusterLinks(8, 1, 1, 1)).Seconds(bytes: 0));

    [Fact]
    public void Several_exchanges_wait_several_times_for_the_same_bytes() =>
        Assert.Equal(3 * 2 + 10, new ExchangeTime(2, 0.1).Seconds(bytes: 100, exchanges: 3));
}
