using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Control;

namespace MiniCpmDist.Core.Tests.Control;

public sealed class ScheduleMergeTests
{
    private static readonly LiveSchedule s_configured = SomeSchedule.Live();
    private static readonly LiveSchedule s_live = s_configured with
    {
        Options = s_configured.Options with { LearningRate = 2, TokenBatch = 300 },
        Stable = SomeSchedule.Shares(900_000_000, 100_000_000),
    };

    [Fact]
    public void An_untouched_configuration_leaves_what_commands_have_made_of_the_schedule()
    {
        var (live, changes) = Merge(s_configured);

        Assert.Equal(s_live, live);
        Assert.Empty(changes);
    }

    [Fact]
    public void A_key_that_was_edited_wins_and_the_others_stay_live()
    {
        var (live, changes) = Merge(SomeSchedule.Live(options => options with { LearningRate = 0.5, Stable = 9000 }));

        Assert.Equal(s_live with { Options = s_live.Options with { LearningRate = 0.5, Stable = 9000 } }, live);
        Assert.Equal(
            [
                new ConfigurationChange("schedule.learning_rate", "2", "0.5"),
                new ConfigurationChange("schedule.stable", "8000 tokens", "9000 tokens"),
            ],
            changes);
    }

    /// <summary>
    /// A command's key is found again by its name: after an edit of that key, the command is not obeyed again.
    /// </summary>
    [Fact]
    public void Every_key_that_a_command_sets_has_the_name_under_which_its_edit_is_told()
    {
        var edited = SomeSchedule.Live(options => options with { LearningRate = 0.5, Stable = 9000, TokenBatch = 300 });

        var told = ScheduleMerge.Difference(
            s_configured,
            edited with
            {
                Stable = SomeSchedule.Shares(900_000_000, 100_000_000),
                Decay = SomeSchedule.Shares(800_000_000, 200_000_000),
            });

        Assert.Equal(
            new HashSet<string>
            {
                CommandKeys.LearningRate, CommandKeys.Stable, CommandKeys.TokenBatch, CommandKeys.StableMixture,
                CommandKeys.DecayMixture,
            },
            told.Select(change => change.Key).ToHashSet());
    }

    [Fact]
    public void A_source_that_comes_in_without_a_share_changes_no_mixture_and_gets_none()
    {
        SourceShare news = new("news", 0);
        var (live, changes) = Merge(s_configured with
        {
            Stable = [news, .. s_configured.Stable],
            Decay = [news, .. s_configured.Decay],
        });

        Assert.Empty(changes);
        Assert.Equal([news, .. s_live.Stable], live.Stable);
    }

    [Fact]
    public void A_mixture_that_was_edited_wins_for_its_phase()
    {
        var (live, changes) = Merge(s_configured with { Decay = SomeSchedule.Shares(0, 1_000_000_000) });

        Assert.Equal("data.sources (decay)", Assert.Single(changes).Key);
        Assert.Equal(s_live.Stable, live.Stable);
        Assert.Equal(SomeSchedule.Shares(0, 1_000_000_000), live.Decay);
    }

    private static (LiveSchedule Live, IReadOnlyList<ConfigurationChange> Changes) Merge(LiveSchedule configured) =>
        ScheduleMerge.Of(new ScheduleState(s_live, s_configured, BatchState.Start, []), configured);
}
