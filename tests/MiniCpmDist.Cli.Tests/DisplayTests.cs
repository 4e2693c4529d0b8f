using MiniCpmDist.Cli.Display;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Cli.Tests;

public sealed class DisplayTests
{
    private static readonly ScheduleOptions s_schedule = new()
    {
        Warmup = 1024, Stable = 10_240, Decay = 2048, TokenBatch = 256,
    };

    [Fact]
    public void A_number_that_is_none_is_null_in_lines_for_scripts() => Assert.Equal(
        """{"loss":null,"other":null,"more":0.5}""",
        JsonLine.Of(new { Loss = double.NaN, Other = (double?)double.NegativeInfinity, More = 0.5 }));

    [Fact]
    public void A_schedule_is_told_in_steps_and_tokens_that_add_up() => Assert.Equal(
        "52 steps, 13,312 tokens in all: warmup 4 steps (1,024 tokens), stable 40 steps (10,240 tokens), "
        + "decay 8 steps (2,048 tokens)",
        ScheduleCourseText.Phases(s_schedule));

    [Fact]
    public void A_check_tells_the_rate_its_fall_and_what_is_left_of_it()
    {
        Assert.Equal("0.01; exponential decay to 0.1 of it", ScheduleCourseText.Rates(s_schedule));
        Assert.Equal("0.01; no decay", ScheduleCourseText.Rates(s_schedule with { Decay = 0 }));
        Assert.Equal(
            "0.01; a cosine to 0.1 of it", ScheduleCourseText.Rates(s_schedule with { Shape = ScheduleShape.Cosine }));
        Assert.Equal(
            "0.01, 0.01414 after 2,560 tokens; linear decay to 0 of it",
            ScheduleCourseText.Rates(s_schedule with
            {
                DecayShape = DecayShape.Linear,
                FinalRatio = 0,
                Batches = new BatchPlan { Stages = [new BatchStage(2560, 512, LearningRateRule.Sqrt)] },
            }));
    }

    [Fact]
    public void A_copied_run_is_shown_under_its_folder_and_the_name_that_it_was_trained_under()
    {
        RunSummary[] runs = [Run("/runs/first"), Run("/runs/copy")];

        var table = RunsText.Table(RunTree.Of(runs)).ToArray();

        Assert.StartsWith("first ", table[1], StringComparison.Ordinal);
        Assert.StartsWith("copy (first) ", table[2], StringComparison.Ordinal);
    }

    [Fact]
    public void What_an_objective_measures_has_a_column_only_where_a_run_measures_something()
    {
        var plain = RunsText.Table(RunTree.Of([Run("/runs/first")])).ToArray();
        var measured = RunsText.Table(RunTree.Of(
        [
            Run("/runs/first"),
            Run("/runs/second") with { Measures = [new Measure("answer_loss", 0.75)] },
            Run("/runs/third") with
            {
                Measures =
                [
                    new Measure("margin", 0.25), new Measure("accuracy", 1), new Measure("chosen_reward", -0.5),
                    new Measure("rejected_reward", -0.75), new Measure("chosen_tokens", 12),
                    new Measure("rejected_tokens", 9.5),
                ],
            },
        ])).ToArray();

        Assert.DoesNotContain("margin", plain[0], StringComparison.Ordinal);
        Assert.EndsWith(
            "answer loss  margin  accuracy  chosen reward  answer tokens, chosen/rejected", measured[0],
            StringComparison.Ordinal);
        Assert.EndsWith("0.7500", measured[2], StringComparison.Ordinal);
        Assert.Equal(
            ["0.2500", "1.000", "-0.5000", "12.0/9.5"],
            measured[3].Split(' ', StringSplitOptions.RemoveEmptyEntries)[^4..]);
    }

    [Fact]
    public void A_screen_that_is_gone_costs_no_step()
    {
        using var gone = new Gone();

        new Screen(gone, isTerminal: true, width: 80).Line("step 1");
        new Screen(gone, isTerminal: true, width: 80).Live("step 2");
    }

    private static RunSummary Run(string path) => new(
        path, "first", RunState.Made, Parent: null, ParentStep: 0, Phase: null, Step: 0, Tokens: 0, BranchLoss: null,
        Loss: null, IsHeldOut: false, RankSeconds: 0);

    private sealed class Gone : StringWriter
    {
        public override void Write(string? value) => throw new IOException("Input/output error");
    }
}
