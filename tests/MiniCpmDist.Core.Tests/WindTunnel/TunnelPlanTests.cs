using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.WindTunnel;

namespace MiniCpmDist.Core.Tests.WindTunnel;

public class TunnelPlanTests
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    private const string Sizes = """
        recipe: recipe.yaml
        sizes:
          s: { hidden_size: 16, num_hidden_layers: 2, num_attention_heads: 1 }
          l: { hidden_size: 32, num_hidden_layers: 2, num_attention_heads: 2 }
          xl: { hidden_size: 48, num_hidden_layers: 2, num_attention_heads: 2 }

        """;

    private static readonly RunOptions s_recipe = RunFile.Parse(
        """
        model: nano
        data: { train: tokens, sequence_length: 64 }
        schedule: { learning_rate: 0.01, warmup: 4 steps, stable: 10 steps, decay: 5 steps, token_batch: 128 tokens }
        parallel: { lanes: 1, micro_batch: 2 }
        """,
        "recipe.yaml");

    [Fact]
    public void Every_decay_leaves_a_multiple_of_the_first_place_and_is_a_tenth_of_its_branch()
    {
        var plan = TunnelPlan.Ladder(Parse("ladder: { at: [10, 20, 40], decay: 10 }"), "ladder");
        Assert.Equal(
            ["ladder-s", "ladder-s-at-10", "ladder-s-at-20", "ladder-s-at-40", "ladder-l", "ladder-l-at-10"],
            plan.Take(6).Select(run => run.Name));
        var every = plan[0].Options.Checkpoint.Every!.Value.Count;
        Assert.Equal(0, every % 128);
        Assert.InRange(every, 10 * plan[0].Options.Model.Shape.NonEmbeddingParameters, double.MaxValue);
        Assert.Equal([every, 2 * every, 4 * every], plan.Skip(1).Take(3).Select(run => run.At));
        Assert.All(
            plan.Where(run => run.Trunk is not null),
            run => Assert.Equal(0.1, (double)run.Tokens / run.TokensInAll, 0.005));
        // A trunk trains as far as its last decay begins, without a decay of its own.
        Assert.Equal(4 * every, plan[0].Tokens);
        Assert.Equal(0, plan[0].Options.Schedule.Decay);
        Assert.Equal(4 * every, plan[0].Options.Schedule.Warmup + plan[0].Options.Schedule.Stable);
    }

    [Fact]
    public void Six_decays_of_one_trunk_take_81_N_tokens_where_separate_runs_would_take_231_N()
    {
        // The figures that the paper's design comes to: each decay a tenth of what came before it.
        var options = Parse("ladder: { at: [10, 20, 30, 40, 50, 60], decay: 9.0909 }");
        var cost = TunnelCost.Of(
            [.. TunnelPlan.Ladder(options, "ladder").Where(run => run.Name.StartsWith("ladder-l", Ordinal))]);
        var parameters = (double)options.Sizes[1].Shape.NonEmbeddingParameters;
        Assert.Equal(81, cost.Tokens / parameters, 0.5);
        Assert.Equal(231, cost.SeparateTokens / parameters, 0.5);
    }

    [Fact]
    public void The_configuration_of_a_planned_run_is_one_that_can_be_trained()
    {
        foreach (var run in TunnelPlan.Ladder(Parse("ladder: { at: [10, 20, 30], decay: 10 }"), "ladder"))
        {
            var text = RunFile.Write(run.Options);
            Assert.Equal(text, RunFile.Write(RunFile.Parse(text, "run.yaml")));
        }
    }

    [Fact]
    public void In_the_standard_parametrisation_no_width_divides_the_learning_rate()
    {
        var plan = TunnelPlan.Rates(Parse("learning_rate: { rates: [0.01, 0.02], length: 10 }"), "lr");
        Assert.Equal(12, plan.Count);
        Assert.Equal("lr-l-mup-0.02", plan[3].Name);
        Assert.Equal(32.0 / 256, plan[3].Options.Model.Shape.ScaleWidth);
        Assert.Equal("lr-l-standard-0.02", plan[9].Name);
        Assert.Equal(1, plan[9].Options.Model.Shape.ScaleWidth);
        Assert.Equal(0.02, plan[9].Options.Schedule.LearningRate);
    }

    [Fact]
    public void Rates_with_seeds_differ_in_the_seed_alone_and_a_decay_takes_its_part_of_the_same_length()
    {
        var plan = TunnelPlan.Rates(
            Parse(
                "learning_rate: { rates: [0.01, 0.02], tokens: 64K tokens, decay: 10, seeds: 2, standard: false }"),
            "lr");
        Assert.Equal(
            ["lr-s-mup-0.01", "lr-s-mup-0.01-seed-2", "lr-s-mup-0.02", "lr-s-mup-0.02-seed-2"],
            plan.Take(4).Select(run => run.Name));
        Assert.Equal(plan[0].Options with { Name = plan[1].Name, Seed = plan[0].Options.Seed + 1 }, plan[1].Options);
        Assert.All(plan, run => Assert.Equal(64_000, run.Tokens));
        var schedule = plan[0].Options.Schedule;
        Assert.Equal((6400, 64_000), (schedule.Decay, schedule.Warmup + schedule.Stable + schedule.Decay));
    }

    [Fact]
    public void Schedules_all_end_after_the_same_tokens_and_decays_leave_where_the_trunk_has_a_checkpoint()
    {
        var plan = SchedulePlan.Of(Parse("schedules: { size: s, length: 40, decays: [2.5, 10], seeds: 2 }"), "x");
        Assert.Equal(
            ["x-seed-1", "x-seed-1-decay-2.5", "x-seed-1-decay-10", "x-seed-1-cosine"],
            plan.Take(4).Select(run => run.Name));
        Assert.Equal(8, plan.Count);
        Assert.Single(plan.Select(run => run.TokensInAll).Distinct());
        foreach (var decay in plan.Where(run => run.Trunk is not null))
        {
            var trunk = plan.Single(run => run.Name == decay.Trunk);
            Assert.Equal(0, decay.At % trunk.Options.Checkpoint.Every!.Value.InTokens(128));
            Assert.Equal(trunk.Options.Seed, decay.Options.Seed);
        }
        Assert.Equal(0.975, (double)plan[1].At / plan[1].TokensInAll, 1e-9);
        Assert.Equal(0.9, (double)plan[2].At / plan[2].TokensInAll, 1e-9);
        Assert.Equal(ScheduleShape.Cosine, plan[3].Options.Schedule.Shape);
        foreach (var run in plan.Where(run => run.Trunk is null))
        {
            var text = RunFile.Write(run.Options);
            Assert.Equal(text, RunFile.Write(RunFile.Parse(text, "run.yaml")));
        }
    }

    [Fact]
    public void The_size_that_is_held_out_may_decay_at_fewer_places()
    {
        var plan = TunnelPlan.Ladder(
            TunnelFile.Parse(
                "recipe: r\nsizes:\n  a: { hidden_size: 16, num_attention_heads: 1 }\n"
                + "  b: { hidden_size: 24, num_attention_heads: 1 }\n"
                + "  c: { hidden_size: 32, num_attention_heads: 1 }\n"
                + "  d: { hidden_size: 64, num_attention_heads: 1 }\n"
                + "ladder: { at: [10, 20, 30], hold_out: d, hold_out_at: [10] }",
                "tunnel.yaml", s_recipe),
            "x");
        Assert.Equal(["x-d", "x-d-at-10"], plan.Where(run => run.Name.StartsWith("x-d")).Select(run => run.Name));
        Assert.Equal(4, plan.Count(run => run.Name.StartsWith("x-c")));
    }

    [Fact]
    public void Runs_of_several_batches_train_on_as_many_tokens_to_a_step()
    {
        var plan = TunnelPlan.Batches(Parse("batch: { batches: [128, 256, 512, 1024], length: 10 }"), "batch");
        Assert.Equal([128, 256, 512, 1024], plan.Take(4).Select(run => run.Options.Schedule.TokenBatch));
        Assert.InRange(plan[3].Tokens - plan[0].Tokens, 0, 1024);
        Assert.All(plan, run => Assert.Equal(0, run.Tokens % run.Options.Schedule.TokenBatch));
        // Only the end of a trial counts, and the end is always saved.
        Assert.All(plan, run => Assert.Null(run.Options.Checkpoint.Every));
    }

    [Fact]
    public void What_follows_from_the_width_need_not_be_written()
    {
        var shape = Parse("ladder: { at: [10, 20, 30], decay: 10 }").Sizes[1].Shape;
        Assert.Equal((80, 16, 2), (shape.IntermediateSize, shape.HeadDim, shape.KeyValueHeads));
    }

    [Fact]
    public void An_experiment_that_the_file_does_not_have_is_asked_for()
    {
        var problem = Assert.Throws<ConfigurationException>(
            () => TunnelPlan.Batches(Parse("ladder: { at: [10, 20, 30], decay: 10 }"), "batch"));
        Assert.Contains("batches: [1024", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ladder: { at: [10, 20], decay: 10 }", "at least 3 places")]
    [InlineData("ladder: { at: [10, 20, 30], decay: 10, hold_out: l }", "3 places and 2 sizes")]
    [InlineData("batch: { batches: [128, 256] }", "at least 4 batches")]
    [InlineData("schedules: { decays: [10, 2.5] }", "rising percentages")]
    [InlineData("schedules: { decays: [0.0003] }", "rising percentages")]
    [InlineData("learning_rate: { rates: [0.01], tokens: 2M, length: 10 }", "one length")]
    [InlineData("ladder: { at: [10, 20, 30], hold_out_at: [15] }", "multiples of the first place")]
    [InlineData("search: { halving: { factor: 1 }, space: { init_std: { from: 0.1, to: 0.2 } } }", "factor")]
    public void An_experiment_whose_law_could_not_be_fitted_is_refused_before_it_begins(string what, string words)
    {
        var problem = Assert.Throws<ConfigurationException>(() => Parse(what));
        Assert.Contains(words, problem.Message, Ordinal);
    }

    [Fact]
    public void All_that_is_wrong_with_a_file_is_told_at_once()
    {
        var problem = Assert.Throws<ConfigurationException>(() => Parse("""
            ladder: { at: [10, 15, 20], decay: 200, hold_out: q }
            batch: { batches: [100, 200, 300, 400] }
            learning_rate: { rates: [-1] }
            learnin_rate: 3
            """));
        Assert.Equal(
            ["ladder.at", "ladder.decay", "ladder.hold_out", "batch.batches", "learning_rate.rates", "learnin_rate"],
            problem.Problems.Select(one => one.Where!.Split(' ')[^1]));
    }

    private static TunnelOptions Parse(string what) => TunnelFile.Parse(Sizes + what, "tunnel.yaml", s_recipe);
}
