using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Core.Tests.Control;

public sealed class DecidedCommandsTests
{
    [Fact]
    public void Commands_before_the_position_are_done_and_those_after_it_are_to_come()
    {
        var journal = DecidedCommands.In([Rate("a", 10, 1), Rate("b", 20, 2), Rate("c", 20, 3), Rate("d", 30, 4)]);

        Assert.Equal(["b", "c", "d"], Ids(journal, 20));
        Assert.Equal(["c", "d"], Ids(journal, 20, "b"));
        Assert.Equal(["d"], Ids(journal, 20, "b", "c"));
        Assert.Empty(Ids(journal, 31));
    }

    [Fact]
    public void What_was_told_after_a_rollback_acts_at_its_step_and_not_at_its_place_in_the_journal()
    {
        var journal = DecidedCommands.In([Rate("late", 20, 1), Rate("told-after-rollback", 12, 2)]);

        Assert.Equal(["told-after-rollback", "late"], Ids(journal, 10));
    }

    [Fact]
    public void Requests_are_answered_as_they_were_the_first_time()
    {
        var journal = DecidedCommands.In(
        [
            Rate("a", 10, 1), Rate("a", 15, 1), Entry(DecidedCommands.RefusedEvent, "no", 12, new RunCommand.Pause()),
        ]);

        Assert.Equal(new RunDecision(true, 10, "done"), journal.DecisionOf("a"));
        Assert.Equal(new RunDecision(false, 12, "done"), journal.DecisionOf("no"));
        Assert.Null(journal.DecisionOf("b"));
        Assert.Equal(["a"], Ids(journal, 0));
    }

    [Fact]
    public void Pauses_stops_and_checkpoints_are_not_done_again() =>
        Assert.Empty(DecidedCommands.In(
        [
            Entry(DecidedCommands.AcceptedEvent, "p", 5, new RunCommand.Pause()),
            Entry(DecidedCommands.AcceptedEvent, "c", 5, new RunCommand.Checkpoint()),
            Entry(DecidedCommands.AcceptedEvent, "s", 5, new RunCommand.Stop()),
        ]).Schedule);

    [Fact]
    public void An_edited_key_takes_back_the_commands_that_set_it_later_on_and_no_others()
    {
        var journal = DecidedCommands.In(
        [
            Rate("before", 9, 1), Rate("diverged", 12, 50),
            Entry(DecidedCommands.AcceptedEvent, "batch", 12, new RunCommand.SetTokenBatch(200, LearningRateRule.None)),
            new JournalEntry(
                DecidedCommands.ConfiguredEvent, 10, 1000,
                new Dictionary<string, object?> { ["key"] = "schedule.learning_rate" }),
            Rate("after", 14, 2),
        ]);

        Assert.Equal(["before", "batch", "after"], journal.Schedule.Select(command => command.Request.Id));
    }

    private static IEnumerable<string> Ids(DecidedCommands journal, long step, params string[] known) =>
        journal.After(step, known).Select(command => command.Request.Id);

    private static JournalEntry Rate(string request, long step, double rate) =>
        Entry(DecidedCommands.AcceptedEvent, request, step, new RunCommand.SetLearningRate(rate));

    private static JournalEntry Entry(string kind, string request, long step, RunCommand command) => new(
        kind, step, step * 100,
        new[] { ("request", (object?)request), ("outcome", "done") }.Concat(RunCommandFields.Write(command))
            .ToDictionary(field => field.Item1, field => field.Item2));
}
