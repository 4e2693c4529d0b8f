using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Core.Tests.Schedules;

/// <summary>Steps of 100 tokens: 10 of warmup, 80 stable, 10 of decay; learning rate 1.</summary>
public sealed class LearningRateScheduleTests
{
    private static readonly ScheduleOptions s_options = new()
    {
        LearningRate = 1, Warmup = 1000, Stable = 8000, Decay = 1000, FinalRatio = 0.1, TokenBatch = 100,
    };

    [Fact]
    public void The_first_warmup_step_has_its_share_and_the_last_all_of_the_learning_rate()
    {
        Assert.Equal(0.1, AtStep(s_options, 1));
        Assert.Equal(0.5, AtStep(s_options, 5));
        Assert.Equal(1, AtStep(s_options, 10));
    }

    [Fact]
    public void The_stable_phase_is_constant() =>
        Assert.All(Enumerable.Range(11, 80), step => Assert.Equal(1, AtStep(s_options, step)));

    [Theory]
    [InlineData(DecayShape.Exponential, 0.7943282347, 0.3162277660)]
    [InlineData(DecayShape.Linear, 0.91, 0.55)]
    [InlineData(DecayShape.OneMinusSqrt, 0.7153950106, 0.3636038969)]
    [InlineData(DecayShape.Cosine, 0.9779754323, 0.55)]
    public void The_decay_goes_its_way_and_ends_at_the_final_ratio(DecayShape shape, double first, double middle)
    {
        var options = s_options with { DecayShape = shape };

        Assert.Equal(first, AtStep(options, 91), 1e-9);
        Assert.Equal(middle, AtStep(options, 95), 1e-9);
        Assert.Equal(0.1, AtStep(options, 100), 1e-12);
    }

    [Theory]
    [InlineData(DecayShape.Linear)]
    [InlineData(DecayShape.OneMinusSqrt)]
    [InlineData(DecayShape.Cosine)]
    public void A_decay_to_zero_ends_at_zero(DecayShape shape) =>
        Assert.Equal(0, AtStep(s_options with { DecayShape = shape, FinalRatio = 0 }, 100), 1e-15);

    [Fact]
    public void An_exponential_decay_halves_every_half_life()
    {
        var options = s_options with { HalfLife = 200 };

        Assert.Equal(0.5, AtStep(options, 92));
        Assert.Equal(0.25, AtStep(options, 94));
        Assert.Equal(0.03125, AtStep(options, 100));
    }

    [Fact]
    public void A_final_ratio_of_one_does_not_decay() =>
        Assert.Equal(1, AtStep(s_options with { FinalRatio = 1 }, 100));

    /// <summary>
    /// MiniCPM-2.4B (section 6.2): decay from step 263,000 with a half-life of 5,000 steps of 3.93M tokens.
    /// </summary>
    [Fact]
    public void The_production_run_is_at_a_tenth_after_sixteen_thousand_six_hundred_steps()
    {
        const long Batch = 960 * 4096;
        var options = new ScheduleOptions
        {
            LearningRate = 0.01, Warmup = 1000 * Batch, Stable = 262_000 * Batch, Decay = 25_000 * Batch,
            HalfLife = 5000 * Batch, TokenBatch = Batch,
        };

        Assert.Equal(0.001, LearningRateSchedule.From(options).At((263_000 + 16_610) * Batch), 1e-6);
    }

    [Fact]
    public void A_cosine_run_falls_from_the_warmup_to_the_end()
    {
        var options = s_options with { Shape = ScheduleShape.Cosine };

        Assert.Equal(0.5, AtStep(options, 5));
        Assert.Equal(1, AtStep(options, 10));
        Assert.Equal(0.55, AtStep(options, 55), 1e-12);
        Assert.Equal(0.1, AtStep(options, 100), 1e-12);
        Assert.Equal(PhaseKind.Cosine, LearningRateSchedule.From(options).PhaseAt(1100));
    }

    [Fact]
    public void Phases_belong_to_the_steps_that_end_in_them()
    {
        var schedule = LearningRateSchedule.From(s_options);

        Assert.Equal((1000, 9000, 10_000), (schedule.WarmupEnd, schedule.DecayStart, schedule.TotalTokens));
        Assert.Equal(
            [PhaseKind.Warmup, PhaseKind.Stable, PhaseKind.Stable, PhaseKind.Decay, PhaseKind.Decay],
            new long[] { 1000, 1100, 9000, 9100, 10_000 }.Select(schedule.PhaseAt));
    }

    [Fact]
    public void The_end_is_rounded_up_to_whole_steps_and_the_last_one_has_the_end_value()
    {
        var options = s_options with { Decay = 950, DecayShape = DecayShape.Linear };

        Assert.Equal(10_000, LearningRateSchedule.From(options).TotalTokens);
        Assert.Equal(0.1, AtStep(options, 100), 1e-12);
    }

    [Fact]
    public void Without_warmup_and_decay_all_steps_are_stable()
    {
        var schedule = LearningRateSchedule.From(s_options with { Warmup = 0, Stable = 950, Decay = 0 });

        Assert.Equal(1000, schedule.TotalTokens);
        Assert.All(Enumerable.Range(1, 10), step => Assert.Equal(1, schedule.At(step * 100)));
        Assert.All(Enumerable.Range(1, 10), step => Assert.Equal(PhaseKind.Stable, schedule.PhaseAt(step * 100)));
    }

    private static double AtStep(ScheduleOptions options, int step) =>
        LearningRateSchedule.From(options).At(step * options.TokenBatch);
}
