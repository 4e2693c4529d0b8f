using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Tests.Configuration;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Tests.Schedules;

/// <summary>What a file says in steps is updates, whatever the stages make of their length.</summary>
public sealed class PhaseCourseTests
{
    private const string Stage = "batch_stages: [{ from: 10 steps, token_batch: 4096, lr_rule: sqrt }]";

    [Fact]
    public void Phases_in_steps_have_as_many_updates_under_stages_as_the_file_says()
    {
        var schedule = Read("warmup: 4 steps", "stable: 40 steps", "decay: 8 steps", Stage);

        var course = PhaseCourse.Of(schedule);

        Assert.Equal(
            [
                new PhaseCourse(PhaseKind.Warmup, 4, 4 * 2048),
                new PhaseCourse(PhaseKind.Stable, 40, 6 * 2048 + 34 * 4096),
                new PhaseCourse(PhaseKind.Decay, 8, 8 * 4096),
            ],
            course);
        Assert.Equal(10 * 2048, schedule.Batches.Stages[0].From);
        Assert.Equal(schedule.Warmup + schedule.Stable + schedule.Decay, course.Sum(phase => phase.Tokens));
    }

    [Fact]
    public void Stages_in_steps_count_the_steps_of_the_stages_before()
    {
        var schedule = Read(
            "warmup: 0 steps", "stable: 100 steps", "decay: 0 steps",
            "batch_stages: [{ from: 10 steps, token_batch: 4096 }, { from: 30 steps, token_batch: 8192 }]");

        Assert.Equal(
            [10 * 2048L, 10 * 2048 + 20 * 4096], schedule.Batches.Stages.Select(stage => stage.From));
        Assert.Equal(100, Assert.Single(PhaseCourse.Of(schedule)).Steps);
    }

    [Fact]
    public void A_percentage_is_of_the_tokens_that_the_run_has_under_its_stages()
    {
        var schedule = Read("warmup: 4 steps", "stable: 40 steps", "decay: 10%", Stage);

        var total = schedule.Warmup + schedule.Stable + schedule.Decay;
        Assert.Equal(4 * 2048, schedule.Warmup);
        Assert.Equal(6 * 2048 + 34 * 4096, schedule.Stable);
        Assert.InRange(schedule.Decay / (double)total, 0.095, 0.105);
    }

    [Fact]
    public void Lengths_in_tokens_are_what_they_are_with_and_without_stages()
    {
        var plain = Read(
            "warmup: 8192 tokens", "stable: 81920 tokens", "decay: 16384 tokens", "half_life: 8192 tokens");
        var staged = Read(
            "warmup: 8192 tokens", "stable: 81920 tokens", "decay: 16384 tokens",
            "half_life: 8192 tokens", "batch_stages: [{ from: 20480 tokens, token_batch: 4096 }]");

        Assert.Equal(plain, staged with { Batches = BatchPlan.None });
    }

    [Fact]
    public void The_steps_of_a_half_life_are_those_of_the_decay() => Assert.Equal(
        3 * 4096,
        Read("warmup: 4 steps", "stable: 40 steps", "decay: 8 steps", "half_life: 3 steps", Stage).HalfLife);

    [Theory]
    [InlineData("shape: wsd", "decay: 5000 tokens")]
    [InlineData("shape: cosine", "decay: 5000 tokens")]
    [InlineData("shape: wsd", "decay: 0 steps")]
    public void Steps_and_tokens_of_the_phases_add_up_to_those_of_the_run_where_no_length_is_whole_steps(
        string shape, string decay)
    {
        var schedule = Read(
            "warmup: 3000 tokens", "stable: 30000 tokens", decay, shape,
            "batch_stages: [{ from: 9000 tokens, token_batch: 4096 }]");

        var course = PhaseCourse.Of(schedule);

        // Step by step, as the training goes.
        var (position, batch) = (0L, schedule.TokenBatch);
        var steps = new Dictionary<PhaseKind, (long Steps, long Tokens)>();
        while (position < LearningRateSchedule.From(schedule with { TokenBatch = batch }, position).TotalTokens)
        {
            if (position >= 9000)
                batch = 4096;
            position += batch;
            var phase = LearningRateSchedule.From(schedule with { TokenBatch = batch }, position).PhaseAt(position);
            var (count, tokens) = steps.GetValueOrDefault(phase);
            steps[phase] = (count + 1, tokens + batch);
        }
        Assert.Equal(
            steps.Select(phase => new PhaseCourse(phase.Key, phase.Value.Steps, phase.Value.Tokens)), course);
    }

    [Fact]
    public void An_interval_in_steps_comes_back_after_as_many_steps_whatever_the_batch()
    {
        var run = RunFile.Parse(RunText.With("every: 1M tokens", "every: 7 steps"), RunText.Source);
        var every = run.Checkpoint.Every!.Value;

        var tokens = 0L;
        var due = new List<int>();
        for (var step = 1; step <= 30; step++)
        {
            var batch = step <= 10 ? 2048 : 4096;
            tokens += batch;
            if (every.IsCrossed(step, tokens, batch))
                due.Add(step);
        }

        Assert.Equal([7, 14, 21, 28], due);
        Assert.True(Interval.OfTokens(10_000).IsCrossed(5, 10_240, 2048));
        Assert.False(Interval.OfTokens(10_000).IsCrossed(6, 12_288, 2048));
    }

    [Fact]
    public void A_branch_with_a_stable_phase_counts_the_steps_of_the_stages_that_lie_ahead()
    {
        var trunk = RunFile.Parse(RunText.With("decay: 10%", "decay: 0 steps\n  " + Stage), RunText.Source);

        var branch = BranchOptions.From(
            trunk with { Schedule = trunk.Schedule with { Warmup = 0 } }, "../trunk", 4, 4 * 2048, Extent.OfSteps(5),
            "branch", Extent.OfSteps(10));

        Assert.Equal(10 * 2048 + 4 * 4096, branch.Schedule.Warmup + branch.Schedule.Stable);
        Assert.Equal(5 * 4096, branch.Schedule.Decay);
    }

    private static ScheduleOptions Read(string warmup, string stable, string decay, params string[] more)
    {
        var yaml = RunText.Quickstart
            .Replace("warmup: 20 steps", warmup, StringComparison.Ordinal)
            .Replace("stable: 430 steps", stable, StringComparison.Ordinal)
            .Replace("decay: 10%", string.Join("\n  ", [decay, .. more]), StringComparison.Ordinal);
        return RunFile.Parse(yaml, RunText.Source).Schedule;
    }
}
