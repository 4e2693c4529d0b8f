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

    [Theory]
    // Sums of 1 and 2 lanes wait while the last ones come; across ranks half of the buffer comes in at once.
    [InlineData(4, 1, 2, 0)]
    [InlineData(4, 2, 1, 0.5)]
    [InlineData(4, 4, 0, 0.5)]
    // The top stage of three brings two thirds of a sixth, the pairs before it half.
    [InlineData(6, 6, 0, 0.5)]
    [InlineData(6, 1, 2, 0)]
    [InlineData(3, 3, 0, 2.0 / 3)]
    public void Lanes_of_one_rank_wait_in_buffers_and_those_of_others_come_in(
        int lanes, int ranks, int waiting, double incoming)
    {
        var plan = MemoryPlan.For(SomeRun.Of(lanes: lanes), ranks);

        Assert.Equal((waiting + incoming) * plan.Parameters, plan.Reduction, 1.0);
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
