using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Tests.Control;

public sealed class ScheduleChangeTests
{
    [Fact]
    public void A_schedule_is_the_same_from_the_end_of_any_of_its_steps()
    {
        foreach (var batch in new long[] { 10, 70, 100, 130, 250 })
        {
            var live = SomeSchedule.Live(options => options with { TokenBatch = batch });
            var whole = live.From(0);
            for (var tokens = 0L; tokens < whole.TotalTokens; tokens += batch)
            {
                var here = live.From(tokens);
                Assert.Equal(whole.TotalTokens, here.TotalTokens);
                for (var end = tokens + batch; end <= whole.TotalTokens; end += batch)
                    Assert.Equal((whole.PhaseAt(end), whole.At(end)), (here.PhaseAt(end), here.At(end)));
            }
        }
    }

    [Fact]
    public void Another_batch_keeps_every_phase_where_it_is_on_the_token_axis()
    {
        var live = SomeSchedule.Live().After(4000, new RunCommand.SetTokenBatch(250, LearningRateRule.None));

        var (before, after) = (SomeSchedule.Live().From(0), live.From(4000));
        Assert.Equal((before.WarmupEnd, before.DecayStart), (after.WarmupEnd, after.DecayStart));
        Assert.Equal(10_000, after.TotalTokens);
        Assert.Equal((24L, 60L), (live.StepsAfter(4000), SomeSchedule.Live().StepsAfter(4000)));
        Assert.Equal(1, after.At(9000));
        Assert.Equal(0.1, after.At(10_000), 1e-12);
    }

    [Fact]
    public void The_end_is_rounded_up_to_whole_steps_of_the_batch_in_force()
    {
        var live = SomeSchedule.Live().After(9900, new RunCommand.SetTokenBatch(130, LearningRateRule.None));

        Assert.Equal(10_030, live.From(9900).TotalTokens);
        Assert.Equal(0.1, live.From(9900).At(10_030), 1e-12);
    }

    [Theory]
    [InlineData(LearningRateRule.None, 1)]
    [InlineData(LearningRateRule.Sqrt, 2)]
    [InlineData(LearningRateRule.Linear, 4)]
    public void The_learning_rate_follows_the_batch_by_its_rule(LearningRateRule rule, double rate) =>
        Assert.Equal(
            rate, SomeSchedule.Live().After(4000, new RunCommand.SetTokenBatch(400, rule)).Options.LearningRate);

    [Theory]
    [InlineData(0, "give 10 or 20")]
    [InlineData(-7, "give 10 or 20")]
    [InlineData(105, "give 100 or 110")]
    [InlineData(1L << 40, "up to 1073741824")]
    public void A_batch_is_whole_micro_batches_and_a_refusal_names_the_nearest(long tokens, string advice) =>
        Assert.Contains(
            advice, SomeSchedule.Live().Refusal(4000, new RunCommand.SetTokenBatch(tokens, LearningRateRule.None)),
            StringComparison.Ordinal);

    [Fact]
    public void A_batch_that_is_set_ends_what_the_configuration_plans_for_it()
    {
        var planned = SomeSchedule.Live(
            options => options with { Batches = new BatchPlan { Stages = [new(5000, 200, LearningRateRule.None)] } });

        var (after, outcome) = ScheduleChange.Apply(
            planned, 4000, new RunCommand.SetTokenBatch(300, LearningRateRule.None));

        Assert.Equal(BatchPlan.None, after.Options.Batches);
        Assert.Contains("no more", outcome, StringComparison.Ordinal);
    }

    [Fact]
    public void A_decay_begins_where_it_is_told_and_ends_at_its_length()
    {
        var schedule = SomeSchedule.Live()
            .After(3000, new RunCommand.BeginDecay(Extent.OfSteps(5), DecayShape.Linear)).From(3000);

        Assert.Equal((3000, 3500), (schedule.DecayStart, schedule.TotalTokens));
        Assert.Equal(
            [0.82, 0.64, 0.46, 0.28, 0.1],
            Enumerable.Range(31, 5).Select(step => Math.Round(schedule.At(step * 100), 12)));
    }

    [Fact]
    public void A_refusal_says_whether_another_state_would_do_and_not_by_its_words()
    {
        var live = SomeSchedule.Live();

        Assert.True(DependsOnState(live, 500, new RunCommand.BeginDecay(null, null)));
        Assert.True(DependsOnState(live, 9500, new RunCommand.SetLearningRate(2)));
        Assert.True(DependsOnState(live, 9500, new RunCommand.SetMixture(PhaseKind.Stable, SomeSchedule.Half)));
        Assert.False(DependsOnState(live, 4000, new RunCommand.SetMixture(PhaseKind.Warmup, SomeSchedule.Half)));
        Assert.False(DependsOnState(live, 4000, new RunCommand.SetTokenBatch(105, LearningRateRule.None)));
        Assert.False(DependsOnState(live, 4000, new RunCommand.SetLearningRate(-1)));
    }

    [Fact]
    public void A_branch_leaves_the_schedule_as_it_is_and_wants_one_that_could_decay_here()
    {
        var branch = new RunCommand.Branch("first-decay", Extent.OfPercent(10), Launch: false);

        Assert.Equal((SomeSchedule.Live(), ""), ScheduleChange.Apply(SomeSchedule.Live(), 9500, branch));
        ScheduleChange.Require(SomeSchedule.Live(), 4000, branch);
        Assert.Throws<ConfigurationException>(() => ScheduleChange.Require(SomeSchedule.Live(), 9500, branch));
    }

    [Fact]
    public void A_decay_in_percent_is_of_the_whole_run_and_without_a_length_it_is_the_configured_one()
    {
        var open = SomeSchedule.Live(
            options => options with { StableIsOpen = true, Stable = 0, Decay = 0, OpenDecay = Extent.OfPercent(20) });

        Assert.Equal(1000, open.After(9000, new RunCommand.BeginDecay(Extent.OfPercent(10), null)).Options.Decay);
        Assert.Equal(1000, open.After(4000, new RunCommand.BeginDecay(null, null)).Options.Decay);
        Assert.Equal(1000, SomeSchedule.Live().After(4000, new RunCommand.BeginDecay(null, null)).Options.Decay);
    }

    [Theory]
    [InlineData(500, "the warmup", "ask again in 5 steps")]
    [InlineData(9000, "the decay", "branch from a checkpoint of the stable phase")]
    [InlineData(9500, "the decay", "branch from a checkpoint of the stable phase")]
    public void A_decay_begins_in_the_stable_phase_only(long tokens, string found, string advice)
    {
        var refusal = SomeSchedule.Live().Refusal(tokens, new RunCommand.BeginDecay(null, null));

        Assert.Contains($"found {found}", refusal, StringComparison.Ordinal);
        Assert.Contains(advice, refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cosine_run_says_what_it_takes_instead()
    {
        var cosine = SomeSchedule.Live(options => options with { Shape = ScheduleShape.Cosine });
        RunCommand[] refused =
        [
            new RunCommand.BeginDecay(null, null), new RunCommand.ExtendStable(null), new RunCommand.SetLearningRate(2),
            new RunCommand.SetMixture(PhaseKind.Decay, SomeSchedule.Half),
            new RunCommand.SetTokenBatch(200, LearningRateRule.Sqrt),
        ];

        Assert.All(refused, command => Assert.Contains(
            "this one takes set-batch", cosine.Refusal(4000, command), StringComparison.Ordinal));
        Assert.Equal(
            200, cosine.After(4000, new RunCommand.SetTokenBatch(200, LearningRateRule.None)).Options.TokenBatch);
    }

    [Fact]
    public void A_decay_that_never_reaches_a_final_ratio_of_zero_is_refused_with_those_that_do()
    {
        var toZero = SomeSchedule.Live(options => options with { FinalRatio = 0, DecayShape = DecayShape.Linear });

        foreach (var shape in new[] { DecayShape.Exponential, DecayShape.Inverse })
        {
            Assert.Contains(
                "give linear, 1-sqrt or cosine", toZero.Refusal(4000, new RunCommand.BeginDecay(null, shape)),
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_end_of_the_stable_phase_can_be_opened_and_closed_again_and_the_decay_keeps_its_length()
    {
        var open = SomeSchedule.Live().After(4000, new RunCommand.ExtendStable(null));
        Assert.Null(open.StepsAfter(4000));
        Assert.Equal(PhaseKind.Stable, open.From(4000).PhaseAt(1_000_000_000));

        var closed = open.After(50_000, new RunCommand.ExtendStable(Extent.OfSteps(5)));

        Assert.Equal((50_500, 51_500), (closed.From(50_000).DecayStart, closed.From(50_000).TotalTokens));
        Assert.Equal(
            (9500, 10_500),
            SomeSchedule.Live().After(4000, new RunCommand.ExtendStable(Extent.OfTokens(500))).From(4000) is var from
                ? (from.DecayStart, from.TotalTokens)
                : default);
    }

    [Theory]
    [InlineData("5%")]
    [InlineData("0 steps")]
    [InlineData("9007199254740992 tokens")]
    public void The_stable_phase_is_extended_by_tokens_or_steps_within_reason(string by) =>
        SomeSchedule.Live().Refusal(4000, new RunCommand.ExtendStable(Extent.Parse(by)));

    [Fact]
    public void A_mixture_names_sources_of_the_run_once_and_adds_up_to_one()
    {
        var live = SomeSchedule.Live();
        var taken = live.After(
            4000, new RunCommand.SetMixture(PhaseKind.Stable, [new SourceShare("code", 1_000_000_000)]));
        Assert.Equal(SomeSchedule.Shares(0, 1_000_000_000), taken.Stable);
        Assert.Equal(SomeSchedule.Half, taken.Decay);

        foreach (var shares in new IReadOnlyList<SourceShare>[]
        {
            [], [new("docs", 400_000_000)], [new("docs", 2_000_000_000), new("code", -1_000_000_000)],
            [new("news", 1_000_000_000)], [new("docs", 500_000_000), new("docs", 500_000_000)],
        })
            live.Refusal(4000, new RunCommand.SetMixture(PhaseKind.Stable, shares));
        Assert.Contains(
            "--phase decay", live.Refusal(9000, new RunCommand.SetMixture(PhaseKind.Stable, SomeSchedule.Half)),
            StringComparison.Ordinal);
        live.After(9000, new RunCommand.SetMixture(PhaseKind.Decay, SomeSchedule.Half));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_learning_rate_is_a_number_above_zero(double rate) =>
        SomeSchedule.Live().Refusal(4000, new RunCommand.SetLearningRate(rate));

    private static bool DependsOnState(LiveSchedule now, long tokens, RunCommand command) =>
        Assert.Throws<ConfigurationException>(() => ScheduleChange.Apply(now, tokens, command)).DependsOnState;
}
