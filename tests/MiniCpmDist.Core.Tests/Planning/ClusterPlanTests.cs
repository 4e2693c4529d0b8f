using MiniCpmDist.Core.Planning;
using MiniCpmDist.Core.Sharding;

namespace MiniCpmDist.Core.Tests.Planning;

public sealed class ClusterPlanTests
{
    /// <summary>Three buckets of a billion bytes; a micro-batch takes 3 seconds, 2 of them back.</summary>
    private static readonly ClusterWork s_work = new(8, 3, StepTokens: 8000, [250_000_000, 250_000_000, 500_000_000])
    {
        ParameterBytes = 4,
    };

    private static readonly ClusterLinks s_links = new(8, 8e9, 1e9, 0);

    [Fact]
    public void One_device_talks_to_nobody()
    {
        var step = ClusterPlan.Lanes(s_work, 1, s_links);

        Assert.Equal((24.0, 0.0, 1.0), (step.Seconds, step.ExposedSeconds, step.Efficiency));
        Assert.Equal(8000 / 24.0, step.TokensPerSecond);
    }

    [Fact]
    public void Without_overlap_all_of_the_exchange_is_exposed()
    {
        var step = ClusterPlan.Lanes(s_work with { Overlaps = false }, 2, s_links);

        // Half of four billion bytes there, and half of them back.
        Assert.Equal(
            (12, 0.25, 0.25, 0.5),
            (step.ComputeSeconds, step.ReduceSeconds, step.GatherSeconds, step.ExposedSeconds));
        Assert.Equal(12 / 12.5, step.Efficiency);
    }

    [Fact]
    public void With_overlap_what_is_ready_last_and_the_gather_are_exposed()
    {
        var step = ClusterPlan.Lanes(s_work, 2, s_links);

        // The first two buckets are over before the last one is ready, which is half of the bytes.
        Assert.Equal(0.125 + 0.25, step.ExposedSeconds, 1e-12);
    }

    [Fact]
    public void A_network_that_is_slower_than_backward_keeps_buckets_waiting_for_each_other()
    {
        var slow = new ClusterLinks(1, 1, 1e9, 0);

        var step = ClusterPlan.Lanes(s_work, 2, slow);

        // Ready after 0.5, 1 and 2 seconds; they take 0.5, 0.5 and 1; the last one ends at 3. The gather takes 2.
        Assert.Equal(1 + 2, step.ExposedSeconds, 1e-12);
        // Half as fast: 1, 1 and 2, the last one ends at 4.5, and the gather takes 4.
        Assert.Equal(
            2.5 + 4, ClusterPlan.Lanes(s_work, 2, slow with { NetworkBytesPerSecond = 0.5e9 }).ExposedSeconds, 1e-12);
    }

    [Fact]
    public void Ranks_with_several_lanes_add_them_up_before_anything_goes_to_the_others()
    {
        var work = s_work with { Lanes = 4 };

        Assert.Equal(
            ClusterPlan.Lanes(work with { Overlaps = false }, 2, s_links), ClusterPlan.Lanes(work, 2, s_links));
        Assert.Equal(ClusterPlan.Lanes(s_work, 4, s_links), ClusterPlan.Lanes(work, 4, s_links));
        Assert.Equal(ClusterPlan.Rings(s_work, 2, s_links), ClusterPlan.Rings(work, 2, s_links));
    }

    [Fact]
    public void Sharded_gradients_are_added_up_after_every_micro_batch()
    {
        var step = ClusterPlan.Lanes(s_work with { ShardsGradients = true }, 2, s_links);

        // Four micro-batches a rank, a quarter of a second each; the gather as ever.
        Assert.Equal((4 * 0.25, 4 * 0.25 + 0.25), (step.ReduceSeconds, step.ExposedSeconds));
    }

    [Fact]
    public void Each_bucket_is_reduced_with_a_wait_of_its_own_and_all_are_gathered_with_one()
    {
        var late = s_links with { LatencySeconds = 0.1 };

        var (beside, after) = (Step(overlaps: true), Step(overlaps: false));

        Assert.Equal((0.3 + 0.25, 0.1 + 0.25), (beside.ReduceSeconds, beside.GatherSeconds));
        Assert.Equal((beside.GatherSeconds, beside.ReduceSeconds), (after.GatherSeconds, after.ReduceSeconds));
        Assert.True(beside.ExposedSeconds < after.ExposedSeconds);

        ClusterStep Step(bool overlaps) => ClusterPlan.Lanes(s_work with { Overlaps = overlaps }, 2, late);
    }

    [Fact]
    public void Devices_beyond_the_micro_batches_of_a_step_add_nothing()
    {
        var (eight, sixteen) = (ClusterPlan.Lanes(s_work, 8, s_links), ClusterPlan.Lanes(s_work, 16, s_links));

        Assert.Equal(1, sixteen.MicroBatches);
        Assert.True(sixteen.TokensPerSecond <= eight.TokensPerSecond);
        Assert.True(sixteen.Efficiency < eight.Efficiency / 1.9);
    }

    [Fact]
    public void A_device_with_more_micro_batches_than_its_share_keeps_the_others_waiting() =>
        Assert.Equal(2, ClusterPlan.Lanes(s_work with { MicroBatches = 5 }, 4, s_links).MicroBatches);

    [Fact]
    public void Buckets_go_from_the_last_blocks_to_the_first_and_the_embedding_comes_last()
    {
        var run = SomeRun.Of();
        var layout = FlatLayout.For(run.Model.Shape.ParameterSpecs, run.Parallel.Lanes);

        var work = ClusterWork.Of(run, tokensPerSecond: 1024);

        Assert.Equal((256, 0.5), (work.MicroBatches, work.MicroBatchSeconds));
        Assert.Equal(layout.Buckets.Select(bucket => bucket.Count), work.Buckets.Reverse());
        Assert.Equal(4096 * 128, work.Buckets[^1]);
        Assert.Equal(layout.Length, work.Buckets.Sum());
    }
}
