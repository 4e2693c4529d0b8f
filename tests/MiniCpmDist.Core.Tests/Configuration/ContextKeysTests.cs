using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Planning;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Core.Tests.Configuration;

public sealed class ContextKeysTests
{
    [Fact]
    public void The_ranks_of_a_sequence_are_read_written_and_held_by_checkpoints()
    {
        var options = Parse("context_ranks: 2");

        Assert.Equal(2, options.Parallel.ContextRanks);
        Assert.Equal(options, RunFile.Parse(RunFile.Write(options), RunText.Source));
        Assert.Contains(new KeyValuePair<string, string>("parallel.context_ranks", "2"), FixedKeys.Of(options));
        Assert.Equal("1", RunKeys.All.Single(key => key.Name == "parallel.context_ranks").Earlier);
    }

    [Fact]
    public void A_branch_with_longer_sequences_may_lie_over_other_ranks_than_its_trunk() =>
        Assert.Contains("parallel.context_ranks", FixedKeys.OfLength);

    [Fact]
    public void A_world_has_up_to_the_ranks_of_a_sequence_times_the_lanes()
    {
        var parallel = Parse("context_ranks: 2").Parallel;

        Assert.Equal([1, 2, 4, 8], parallel.WorldSizes);
        Assert.Equal([8], (parallel with { ShardGradients = true }).WorldSizes);
    }

    [Theory]
    [InlineData("context_ranks: 3", "", "a power of two")]
    [InlineData("context_ranks: 0", "", "from 1 to 256")]
    [InlineData("context_ranks: 256", "", "divides into 512 stretches")]
    [InlineData("context_ranks: 2", "kernels: plain", "fused kernels")]
    [InlineData("context_ranks: 2", "alignment: { method: dpo }", "pre-training or fine-tuning")]
    [InlineData("context_ranks: 2", "alignment: { method: sft, lora_rank: 8 }", "trains the model's weights")]
    public void What_it_cannot_be_combined_with_is_refused_with_its_key(string parallel, string more, string expected)
    {
        var problems = Assert.Throws<ConfigurationException>(() => Parse(parallel, more)).Problems;

        Assert.Contains(
            problems, problem => problem.Where.EndsWith("parallel.context_ranks", StringComparison.Ordinal)
                && problem.Expected.Contains(expected, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("lanes: 4", "lanes: 3", "lanes")]
    [InlineData("lanes: 4", "lanes: 4, reduction: fast", "reduction")]
    [InlineData("model: nano", "model: nano-moe", "context_ranks")]
    public void Other_lanes_orders_and_experts_are_refused(string from, string to, string key)
    {
        var text = Text("context_ranks: 2").Replace(from, to.Replace(", ", "\n  "), StringComparison.Ordinal);

        var problem = Assert.Single(
            Assert.Throws<ConfigurationException>(() => RunFile.Parse(text, RunText.Source)).Problems);

        Assert.EndsWith("parallel." + key, problem.Where, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("full")]
    public void What_a_rank_keeps_of_a_sequence_is_divided_by_the_ranks_that_it_lies_over(string checkpointing)
    {
        var options = Parse($"context_ranks: 4\n  activation_checkpointing: {checkpointing}");

        var (one, four) = (ActivationMemory.Of(options, 1), ActivationMemory.Of(options, 4));

        Assert.Equal(one.BlockInputs, 4 * four.BlockInputs);
        Assert.Equal(one.Attention, 4 * four.Attention);
        Assert.Equal(one.FeedForward, 4 * four.FeedForward);
        Assert.True(MemoryPlan.For(options, 4).Activations < MemoryPlan.For(options, 1).Activations);
        // Where a rank has all strands, each has a gradient of its own.
        Assert.Equal(4 * MemoryPlan.For(options, 4).Gradients, MemoryPlan.For(options, 1).Gradients);
    }

    [Fact]
    public void What_saves_memory_beside_strands_is_nothing_that_would_be_refused()
    {
        var changes = MemoryRemedies.For(Parse("context_ranks: 64"), 1).SelectMany(remedy => remedy.Changes).ToArray();

        Assert.NotEmpty(changes);
        Assert.DoesNotContain("precision: bfloat16", changes);
        Assert.Contains(changes, change => change.StartsWith("data.sequence_length: 128 ", StringComparison.Ordinal));
        Assert.DoesNotContain(
            changes, change => change.StartsWith("data.sequence_length: 64 ", StringComparison.Ordinal));
    }

    private static RunOptions Parse(string parallel, string more = "") =>
        RunFile.Parse(Text(parallel, more), RunText.Source);

    private static string Text(string parallel, string more = "") => RunText.And(more)
        .Replace("micro_batch: 2", $"micro_batch: 2\n  {parallel}", StringComparison.Ordinal);
}
