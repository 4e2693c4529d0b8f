using MiniCpmDist.Core.Recovery;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Runs.Journal;

namespace MiniCpmDist.Runs.Tests.Journal;

public sealed class RunRollbacksTests
{
    [Fact]
    public void The_newest_line_of_a_checkpoint_says_where_its_successors_read_on()
    {
        var rollbacks = RunRollbacks.In([Back(7, 4, "data=1/0/42"), Started(4), Back(9, 4, "data=1/0/72")]);

        Assert.Equal("data=1/0/72", rollbacks.CursorAt(4));
        Assert.Null(rollbacks.CursorAt(0));
        Assert.Single(rollbacks.Moves);
        Assert.Equal(2, rollbacks.CountAt(4, RollbackCause.Spike));
    }

    [Fact]
    public void Whoever_begins_before_a_checkpoint_makes_its_line_void()
    {
        var rollbacks = RunRollbacks.In([Back(3, 2, "data=1/0/18"), Started(2), Back(7, 4, "data=1/0/60"), Started(4)]);
        Assert.Equal(("data=1/0/18", "data=1/0/60"), (rollbacks.CursorAt(2), rollbacks.CursorAt(4)));

        rollbacks.Add(Started(2));
        Assert.Equal(("data=1/0/18", null), (rollbacks.CursorAt(2), rollbacks.CursorAt(4)));
        Assert.Equal(0, rollbacks.CountAt(4, RollbackCause.Spike));
    }

    [Fact]
    public void A_rollback_to_an_earlier_checkpoint_makes_the_lines_behind_it_void()
    {
        var rollbacks = RunRollbacks.In([Back(7, 4, "data=1/0/42"), Back(3, 2, "data=1/0/18")]);

        Assert.Equal(("data=1/0/18", null), (rollbacks.CursorAt(2), rollbacks.CursorAt(4)));
    }

    [Fact]
    public void Ranks_that_differ_move_no_data_and_are_counted_by_themselves()
    {
        var rollbacks = RunRollbacks.In(
            [
                Back(7, 4, "data=1/0/42"), Back(6, 4, null, RollbackCause.RanksDiffer),
                Back(9, 4, "data=1/0/72", RollbackCause.SkippedSteps),
            ]);

        Assert.Equal("data=1/0/72", rollbacks.CursorAt(4));
        Assert.Equal(1, rollbacks.CountAt(4, RollbackCause.RanksDiffer));
        Assert.Equal(2, rollbacks.CountAt(4, RollbackCause.SkippedSteps));
    }

    [Fact]
    public void A_changed_configuration_begins_to_count_anew_and_moves_no_data()
    {
        var rollbacks = RunRollbacks.In(
            [Back(7, 4, "data=1/0/42"), Entry(JournalFile.ConfigurationEvent, 4, (JournalFile.Yaml, "name: run"))]);

        Assert.Equal(0, rollbacks.CountAt(4, RollbackCause.Spike));
        Assert.Equal("data=1/0/42", rollbacks.CursorAt(4));
    }

    private static JournalEntry Started(long step) => Entry(JournalFile.StartedEvent, step);

    private static JournalEntry Back(long from, long to, string? cursor, RollbackCause cause = RollbackCause.Spike) =>
        JournalEntry.Parse(
            Entry(RunRollbacks.RolledBackEvent, from, RunRollbacks.Details(cause, to, 18, cursor)).Write());

    private static JournalEntry Entry(string kind, long step, params (string Key, object? Value)[] details) =>
        new(kind, step, step * 96, details.ToDictionary(detail => detail.Key, detail => detail.Value));
}
