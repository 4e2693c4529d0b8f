using MiniCpmDist.Core.Sharding;

namespace MiniCpmDist.Core.Tests.Sharding;

public sealed class LaneMicroBatchesTests
{
    [Fact]
    public void Lanes_share_all_micro_batches_in_order_whether_or_not_they_divide()
    {
        for (var lanes = 1; lanes <= 20; lanes++)
        {
            for (var microBatches = 0; microBatches <= 50; microBatches++)
            {
                var dealt = Enumerable.Range(0, lanes)
                    .Select(lane => LaneMicroBatches.Of(lane, lanes, microBatches))
                    .SelectMany(part => Enumerable.Range(part.First, part.Count));
                Assert.Equal(Enumerable.Range(0, microBatches), dealt);
            }
        }
    }

    [Fact]
    public void No_lane_has_two_micro_batches_more_than_another()
    {
        var counts = Enumerable.Range(0, 8).Select(lane => LaneMicroBatches.Of(lane, 8, 21).Count).ToArray();

        Assert.Equal(1, counts.Max() - counts.Min());
    }

    [Fact]
    public void Fewer_micro_batches_than_lanes_leave_lanes_empty() =>
        Assert.Equal([0, 1, 0, 1], Enumerable.Range(0, 4).Select(lane => LaneMicroBatches.Of(lane, 4, 2).Count));

    [Fact]
    public void Large_steps_do_not_overflow() =>
        Assert.Equal((2_000_000_000 / 64 * 63, 2_000_000_000 / 64), LaneMicroBatches.Of(63, 64, 2_000_000_000));
}
