using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Core.Tests.Control;

public sealed class BatchCourseTests
{
    private static readonly BatchLaw s_law = new() { Smoothing = 10_000, Min = 100, Max = 100_000_000 };

    /// <summary>Values of section 3 of the facts sheet; the blog says 4M tokens at 2.5.</summary>
    [Theory]
    [InlineData(4.0, 0.21e6)]
    [InlineData(3.5, 0.49e6)]
    [InlineData(3.0, 1.28e6)]
    [InlineData(2.5, 3.98e6)]
    public void The_law_gives_the_batches_that_were_published(double loss, double tokens) =>
        Assert.Equal(tokens, BatchCourse.Wanted(s_law, loss, unit: 10), tokens * 0.02);

    [Fact]
    public void The_law_stays_within_its_limits_and_in_whole_micro_batches()
    {
        var law = s_law with { Min = 200, Max = 4000 };

        Assert.Equal(200, BatchCourse.Wanted(law, 14, 10));
        Assert.Equal(4000, BatchCourse.Wanted(law, 1e-300, 10));
        Assert.Equal(0, BatchCourse.Wanted(law with { Max = 100_000_000 }, 5, 30) % 30);
    }

    [Fact]
    public void Noise_does_not_move_the_batch_and_a_falling_loss_moves_it_a_few_times()
    {
        var random = new Random(1);
        var live = SomeSchedule.Live(options => options with
        {
            StableIsOpen = true,
            Batches = new BatchPlan { Law = s_law },
        });
        var (state, tokens, changes) = (BatchState.Start, 0L, new List<long>());
        for (var i = 0; i < 5000; i++)
        {
            // From 5 to 4, with noise of a tenth.
            var loss = 4 + Math.Exp(-i / 1000.0) + 0.2 * (random.NextDouble() - 0.5);
            tokens += live.Options.TokenBatch;
            state = BatchCourse.Smooth(state, loss, live.Options.TokenBatch, s_law with { Smoothing = 5_000_000 });
            (var change, _, state) = BatchCourse.Next(live, tokens, state);
            if (change is null)
                continue;
            live = live with { Options = live.Options with { TokenBatch = change.Tokens } };
            changes.Add(change.Tokens);
        }
        Assert.Equal(changes.Order(), changes);
        Assert.InRange(changes.Count, 3, 8);
    }

    [Fact]
    public void A_stage_acts_once_at_the_first_step_behind_its_place()
    {
        var live = Live(null, new(150, 200, LearningRateRule.None), new(500, 400, LearningRateRule.Sqrt));
        var (before, _, state) = BatchCourse.Next(live, 100, BatchState.Start);
        var (first, cause, after) = BatchCourse.Next(live, 200, state);
        var (again, _, _) = BatchCourse.Next(live, 200, after);
        var (second, _, _) = BatchCourse.Next(live, 600, after);

        Assert.Null(before);
        Assert.Equal(new RunCommand.SetTokenBatch(200, LearningRateRule.None), first);
        Assert.Contains("150 tokens", cause, StringComparison.Ordinal);
        Assert.Null(again);
        Assert.Equal(new RunCommand.SetTokenBatch(400, LearningRateRule.Sqrt), second);
    }

    [Fact]
    public void The_decay_is_left_alone_by_the_law_and_by_stages_that_move_the_learning_rate()
    {
        var state = new BatchState(8000, 2.0);

        Assert.Null(BatchCourse.Next(Live(s_law), 9000, state).Change);
        Assert.Null(BatchCourse.Next(Live(null, new BatchStage(9000, 200, LearningRateRule.Sqrt)), 9000, state).Change);
        Assert.NotNull(
            BatchCourse.Next(Live(null, new BatchStage(9000, 200, LearningRateRule.None)), 9000, state).Change);
    }

    [Fact]
    public void Stages_count_in_the_steps_that_are_left()
    {
        var live = Live(null, new BatchStage(1050, 300, LearningRateRule.None));

        // 11 steps of 100 up to 1100, then 8900 tokens in steps of 300.
        Assert.Equal(11 + 30, live.StepsAfter(0));
        Assert.Equal(89, live.StepsAfter(1100));
    }

    private static LiveSchedule Live(BatchLaw? law, params BatchStage[] stages) => SomeSchedule.Live(
        options => options with { Batches = new BatchPlan { Law = law, Stages = stages } });
}
