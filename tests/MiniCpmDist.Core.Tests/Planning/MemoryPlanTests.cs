using MiniCpmDist.Core.Alignment;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Planning;
using MiniCpmDist.Core.Sharding;

namespace MiniCpmDist.Core.Tests.Planning;

public sealed class MemoryPlanTests
{
    [Fact]
    public void Parameters_and_gradients_are_whole_and_what_belongs_to_an_owner_is_shared_out()
    {
        var run = SomeRun.Of();
        var bytes = 4 * FlatLayout.For(run.Model.Shape.ParameterSpecs, 4).Length;

        var (alone, four) = (MemoryPlan.For(run, 1), MemoryPlan.For(run, 4));

        Assert.Equal((bytes, bytes), (alone.Parameters, alone.Gradients));
        Assert.Equal((2 * bytes, 3 * bytes), (alone.Moments, alone.Staging));
        Assert.Equal((bytes, bytes), (four.Parameters, four.Gradients));
        Assert.Equal((bytes / 2, 3 * bytes / 4), (four.Moments, four.Staging));
        Assert.Equal(0, alone.MasterWeights);
        Assert.Equal(alone.Activations, four.Activations);
    }

    [Fact]
    public void A_run_of_adapters_holds_the_weights_once_and_everything_else_for_its_adapters_alone()
    {
        var lora = new LoraOptions(8, 16, LoraMatrices.All);
        var run = SomeRun.Of();
        run = run with { Alignment = new AlignmentOptions { Method = AlignmentMethod.Sft, Lora = lora } };
        var weights = 4 * FlatLayout.For(run.Model.Shape.ParameterSpecs, 1).Length;
        var adapters = 4 * FlatLayout.For(AdapterList.Of(run.Model.Shape, lora), 4).Length;

        var plan = MemoryPlan.For(run, 2);

        Assert.Equal((weights + adapters, adapters), (plan.Parameters, plan.Gradients));
        Assert.Equal((adapters, 3 * adapters / 2), (plan.Moments, plan.Staging));
    }

    [Theory]
    // Sums of 1 and 2 lanes wait while the last ones come; across ranks a piece of half a bucket comes in at once.
    [InlineData(4, 1, 2, 0, 0)]
    [InlineData(4, 2, 1, 1, 2)]
    [InlineData(4, 4, 0, 1, 2)]
    // The top stage of three brings two thirds of a sixth, the pairs before it a half.
    [InlineData(6, 6, 0, 1, 2)]
    [InlineData(6, 1, 2, 0, 0)]
    [InlineData(3, 3, 0, 2, 3)]
    public void Lanes_of_one_rank_wait_in_buffers_and_those_of_others_come_in(
        int lanes, int ranks, int waiting, int others, int parts)
    {
        var run = SomeRun.Of(lanes: lanes);
        var largest = FlatLayout.For(run.Model.Shape.ParameterSpecs, lanes).Buckets.Max(bucket => bucket.Count);

        var plan = MemoryPlan.For(run, ranks);
        var onDevice = MemoryPlan.For(run with { Device = ComputeDevice.Cuda }, ranks);

        var part = parts == 0 ? 0 : largest / parts;
        Assert.Equal(waiting * plan.Parameters + 4 * others * Math.Min(1 << 18, part), plan.Reduction);
        Assert.Equal(waiting * plan.Parameters + 4 * others * part, onDevice.Reduction);
    }

    [Fact]
    public void Sharded_gradients_take_an_owned_part_and_what_the_buckets_share()
    {
        var run = SomeRun.Of(lanes: 4);
        var sharded = run with { Parallel = run.Parallel with { ShardGradients = true } };
        var layout = FlatLayout.For(run.Model.Shape.ParameterSpecs, 4);
        var shared = layout.EmbeddingElements + layout.LargestOther;

        Assert.Equal(4 * layout.Length, MemoryPlan.For(run, 4).Gradients);
        Assert.Equal(layout.Length + 4 * shared, MemoryPlan.For(sharded, 4).Gradients);
        Assert.Equal(
            layout.Length + 2 * shared + 4 * Math.Max(layout.EmbeddingElements, layout.LargestOther),
            MemoryPlan.For(sharded with { Precision = Precision.BFloat16 }, 4).Gradients);
    }

    [Fact]
    public void Half_wide_elements_halve_the_model_and_add_a_wide_slice_and_a_wide_sum()
    {
        var run = SomeRun.Of();

        var (wide, narrow) = (
            MemoryPlan.For(run, 4, ElementSizes.Float32), MemoryPlan.For(run, 4, ElementSizes.BFloat16));

        Assert.Equal(wide.Parameters, 2 * narrow.Parameters);
        Assert.Equal(wide.Parameters / 4, narrow.MasterWeights);
        Assert.Equal(wide.Gradients * 3 / 2, narrow.Gradients);
        Assert.Equal((wide.Moments, wide.Staging, wide.Loss), (narrow.Moments, narrow.Staging, narrow.Loss));
        Assert.Equal(wide.FeedForward, 2 * narrow.FeedForward);
        Assert.Equal(wide, MemoryPlan.For(run, 4));
    }

    [Theory]
    [InlineData("fused")]
    [InlineData("plain")]
    public void What_is_computed_again_is_not_kept_and_is_needed_for_one_block_at_a_time(string kernels)
    {
        var (none, selective, full) = (Plan("none"), Plan("selective"), Plan("full"));

        Assert.True(none.Activations > selective.Activations);
        Assert.True(selective.Activations > full.Activations);
        Assert.Equal(none.Attention, selective.Attention);
        Assert.Equal((0L, 0L), (full.Attention, full.FeedForward));
        Assert.Equal(none.BlockInputs, full.BlockInputs);
        Assert.True(none.Working < selective.Working);
        Assert.True(selective.Working < full.Working);

        MemoryPlan Plan(string checkpointing) =>
            MemoryPlan.For(SomeRun.Of(model: "9m", kernels: kernels, checkpointing: checkpointing), 1);
    }

    [Fact]
    public void Fused_activations_grow_with_the_tokens_and_plain_ones_with_the_square_of_a_sequence()
    {
        Assert.Equal(2 * Kept("fused", 1024), Kept("fused", 2048));
        Assert.True(Kept("plain", 2048) > 2.2 * Kept("plain", 1024));

        static double Kept(string kernels, int length)
        {
            var plan = MemoryPlan.For(SomeRun.Of(kernels: kernels, sequenceLength: length, microBatch: 1), 1);
            return plan.BlockInputs + plan.Attention + plan.FeedForward;
        }
    }
}
