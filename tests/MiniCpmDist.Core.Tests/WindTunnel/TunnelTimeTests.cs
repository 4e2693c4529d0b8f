using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.WindTunnel;

namespace MiniCpmDist.Core.Tests.WindTunnel;

public class TunnelTimeTests
{
    private static readonly TunnelOptions s_options = TunnelFile.Parse(
        "recipe: r\nsizes:\n  a: { hidden_size: 16, num_attention_heads: 1 }\n"
        + "  b: { hidden_size: 32, num_attention_heads: 1 }\n  c: { hidden_size: 48, num_attention_heads: 1 }\n"
        + "  d: { hidden_size: 64, num_attention_heads: 1 }\n  e: { hidden_size: 96, num_attention_heads: 1 }\n"
        + "ladder: { at: [10, 20, 30], hold_out: e }\nlearning_rate: { rates: [0.01, 0.02], length: 10 }\n"
        + "search: { trials: 12, space: { learning_rate: { from: 0.01, to: 0.1 } } }\n",
        "tunnel.yaml",
        RunFile.Parse(
            "model: nano\ndata: { train: tokens, sequence_length: 64 }\n"
            + "schedule: { stable: 10 steps, decay: 0 steps, token_batch: 128 tokens }\n"
            + "parallel: { lanes: 1, micro_batch: 2 }",
            "recipe.yaml"));

    private static readonly IReadOnlyList<PlannedRun> s_ladder = TunnelPlan.Ladder(s_options, "x");

    [Fact]
    public void One_worker_takes_the_sum_and_many_take_the_longest_trunk_with_its_longest_decay()
    {
        Assert.Equal(s_ladder.Sum(run => run.Flops), TunnelTime.Of(s_ladder, 1, run => run.Flops), 1.0);
        var longest = s_ladder.Where(run => run.Trunk is not null)
            .Max(branch => branch.Flops + s_ladder.Single(run => run.Name == branch.Trunk).Flops);
        Assert.Equal(longest, TunnelTime.Of(s_ladder, 100, run => run.Flops), 1.0);
    }

    [Fact]
    public void Two_workers_share_equal_runs_evenly_and_an_odd_one_stands_alone()
    {
        var runs = s_ladder.Where(run => run.Trunk is null).ToList();
        Assert.Equal(5, runs.Count);
        Assert.Equal(3, TunnelTime.Of(runs, 2, _ => 1));
    }

    [Fact]
    public void The_run_with_the_most_work_begins_first_and_a_branch_never_before_its_trunk()
    {
        var order = RunOrder.Of(s_ladder);
        Assert.Equal("x-e", order[0].Name);
        Assert.True(order[^1].Trunk == "x-a");
        foreach (var branch in order.Where(run => run.Trunk is not null))
            Assert.Contains(order.TakeWhile(run => run != branch), run => run.Name == branch.Trunk);
    }

    [Fact]
    public void A_speed_out_of_two_batches_gives_both_times_back_and_counts_the_start_of_a_run_once()
    {
        var run = s_ladder[0];
        var speed = RunSpeed.Of((128, 0.030), (512, 0.060), secondsPerRun: 2);
        Assert.Equal(run.Tokens / 128 * 0.030 + 2, speed.SecondsOf(run), 1e-6);
        var wide = run with
        {
            Options = run.Options with { Schedule = run.Options.Schedule with { TokenBatch = 512 } },
        };
        Assert.Equal(run.Tokens / 512.0 * 0.060 + 2, speed.SecondsOf(wide), 1e-6);
        Assert.Equal(run.Tokens / 128 * 0.030, RunSpeed.Of((128, 0.030), (128, 0.030), 0).SecondsOf(run), 1e-6);
    }

    [Fact]
    public void A_budget_leaves_out_the_largest_sizes_and_no_run_that_stays_becomes_another()
    {
        var smaller = TunnelBudget.Smaller(s_options, options => TunnelBudget.Ladder(options, 3)).ToList();
        Assert.Equal(["a b c d e", "a b c d"], smaller.Select(Sizes));
        // Without size e the largest that is left is the one to predict.
        Assert.Equal("d", smaller[^1].Ladder!.HoldOut);
        var left = TunnelPlan.Ladder(smaller[^1], "x");
        Assert.Equal(s_ladder.Where(run => !run.Name.StartsWith("x-e", StringComparison.Ordinal)), left);
        Assert.Equal(
            ["a b c d e", "a b c d", "a b c", "a b"],
            TunnelBudget.Smaller(s_options, TunnelBudget.Rates).Select(Sizes));
        Assert.Equal([12, 11], TunnelBudget.Smaller(s_options, TunnelBudget.Search).Select(one => one.Search!.Trials));
    }

    [Fact]
    public void A_smaller_size_that_becomes_the_one_to_predict_keeps_all_its_decays()
    {
        // The places that were chosen for the size that is left out are not its own.
        var few = s_options with { Ladder = s_options.Ladder! with { HoldOutAt = [10] } };
        var plan = TunnelPlan.Ladder(few, "x");
        Assert.Equal(2, plan.Count(run => run.Name.StartsWith("x-e", StringComparison.Ordinal)));
        var left = TunnelPlan.Ladder(TunnelBudget.Ladder(few, 3)!, "x");
        Assert.Equal(plan.Where(run => !run.Name.StartsWith("x-e", StringComparison.Ordinal)), left);
    }

    private static string Sizes(TunnelOptions options) => string.Join(' ', options.Sizes.Select(size => size.Name));
}
