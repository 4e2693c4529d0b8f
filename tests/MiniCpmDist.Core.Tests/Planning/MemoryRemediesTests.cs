using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Planning;
using MiniCpmDist.Core.Sharding;

namespace MiniCpmDist.Core.Tests.Planning;

public sealed class MemoryRemediesTests
{
    [Fact]
    public void Changes_come_with_what_they_save_the_largest_saving_first()
    {
        var run = SomeRun.Of(model: "9m", microBatch: 4, sequenceLength: 512);

        var remedies = MemoryRemedies.For(run, 1);

        Assert.Equal(
            remedies.Select(remedy => remedy.Saves).OrderDescending(), remedies.Select(remedy => remedy.Saves));
        Assert.Equal(
            [
                "2 ranks", "4 ranks", "data.sequence_length: 128 (with data built for it)",
                "data.sequence_length: 256 (with data built for it)", "parallel.activation_checkpointing: full",
                "parallel.activation_checkpointing: selective", "parallel.micro_batch: 1", "parallel.micro_batch: 2",
            ],
            remedies.Select(remedy => remedy.ToString()).Order(StringComparer.Ordinal));
        Assert.All(remedies, remedy => Assert.Equal(
            MemoryPlan.For(remedy.Options, remedy.WorldSize).Total, remedy.Total));
        var plain = run with { Kernels = KernelSet.Plain };
        Assert.Contains("kernels: fused", MemoryRemedies.For(plain, 1).Select(remedy => remedy.ToString()));
    }

    [Fact]
    public void One_change_is_better_than_two_and_time_is_cheaper_than_other_bits()
    {
        var run = SomeRun.Of(model: "9m", lanes: 1, microBatch: 4, sequenceLength: 512);
        var now = MemoryPlan.For(run, 1).Total;
        var full = MemoryRemedies.For(run, 1).Single(remedy => $"{remedy}".EndsWith("full", StringComparison.Ordinal));

        Assert.Equal("parallel.activation_checkpointing: selective", Found(now - 1));
        Assert.Equal("parallel.activation_checkpointing: full", Found(full.Total));
        Assert.Equal("parallel.micro_batch: 1", Found(full.Total - 1));

        string? Found(long bytes) => MemoryRemedies.FirstThatFits(run, 1, bytes)?.ToString();
    }

    [Fact]
    public void What_one_change_makes_possible_is_tried_beside_it()
    {
        // Sharded gradients want a rank for each lane: not one rank, but eight.
        var run = SomeRun.Of(model: "9m", lanes: 8, microBatch: 1, checkpointing: "full");
        var sharded = run with { Parallel = run.Parallel with { ShardGradients = true } };

        var found = MemoryRemedies.FirstThatFits(run, 1, MemoryPlan.For(sharded, 8).Total);

        Assert.Equal(["8 ranks", "parallel.shard_gradients: true"], found?.Changes);
    }

    [Fact]
    public void Of_any_number_of_ranks_doublings_and_the_most_are_offered()
    {
        var run = SomeRun.Of(lanes: 12);
        var fast = run with { Parallel = run.Parallel with { Reduction = ReductionOrder.Fast } };

        var ranks = MemoryRemedies.For(fast, 1).Select(remedy => $"{remedy}")
            .Where(words => words.EndsWith(" ranks", StringComparison.Ordinal));

        Assert.Equal(["12 ranks", "2 ranks", "4 ranks", "8 ranks"], ranks.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Where_one_change_is_not_enough_several_are_named_and_where_all_are_not_none()
    {
        var run = SomeRun.Of(model: "9m", microBatch: 4, sequenceLength: 512);
        var least = MemoryRemedies.For(run, 1).Min(remedy => remedy.Total);

        var two = MemoryRemedies.FirstThatFits(run, 1, least - 1);

        Assert.Equal(2, two?.Changes.Count);
        Assert.InRange(two!.Total, 1, least - 1);
        Assert.Equal(MemoryPlan.For(run, 1).Total - two.Total, two.Saves);
        Assert.Null(MemoryRemedies.FirstThatFits(run, 1, MemoryPlan.ProgramBytes));
    }
}
