using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Runs.Journal;

namespace MiniCpmDist.Engine.Training.Steering;

/// <summary>
/// Rank 0's side of commands: those that the journal decided before this attempt, at their steps, and then what comes
/// in. A request is decided once in the life of a run; the decision is in the journal before anybody acts on it or
/// hears of it.
/// </summary>
/// <param name="control">Where requests come from.</param>
/// <param name="records">The journal.</param>
/// <param name="decided">Commands that lie ahead, in the order of their steps.</param>
internal sealed class CommandIntake(
    IRunControl control, RunRecords records, IEnumerable<(long Step, RunRequest Request)> decided) : ICommandIntake
{
    private const string AtOnce = "between two steps";
    private const string Unwritable =
        "the journal cannot be written, and nothing acts that is not in it: make room on its disk and ask again";

    private readonly Queue<(long Step, RunRequest Request)> _decided = new(decided);

    public (ControlWord Word, RunRequest? Request, LiveSchedule? After) Next(
        long step, long tokens, LiveSchedule live, bool isPaused)
    {
        while (_decided.TryPeek(out var next) && next.Step <= step)
        {
            var again = _decided.Dequeue().Request;
            if (Again(again, step, tokens, live) is { } changed)
                return (ControlWord.Change, again, changed);
        }
        while (control.Take() is { } request)
        {
            var known = records.Commands.DecisionOf(request.Id);
            var (decision, word, after) = known is null
                ? Decide(request, step, tokens, live, isPaused)
                : (known, ControlWord.None, null);
            control.Decided(request, decision);
            if (word != ControlWord.None)
                return (word, request, after);
        }
        return (ControlWord.None, null, null);
    }

    public void Tell(RunStatus status) => control.Observe(status);

    private (RunDecision Decision, ControlWord Word, LiveSchedule? After) Decide(
        RunRequest request, long step, long tokens, LiveSchedule live, bool isPaused)
    {
        var (accepted, outcome, word) = (true, "", ControlWord.None);
        LiveSchedule? after = null;
        try
        {
            (outcome, word, after) = Judge(request.Command, tokens, live, isPaused);
        }
        catch (ConfigurationException refusal)
        {
            (accepted, outcome) = (false, refusal.Message);
        }
        var isJournaled = records.TryDecide(
            accepted ? DecidedCommands.AcceptedEvent : DecidedCommands.RefusedEvent, step, tokens,
            [("request", request.Id), .. RunCommandFields.Write(request.Command), ("outcome", outcome)]);
        return isJournaled
            ? (new RunDecision(accepted, step, outcome), word, after)
            : (new RunDecision(Accepted: false, step, Unwritable), ControlWord.None, null);
    }

    /// <exception cref="ConfigurationException">The run is in no state for the command.</exception>
    private static (string Outcome, ControlWord Word, LiveSchedule? After) Judge(
        RunCommand command, long tokens, LiveSchedule live, bool isPaused) => command switch
        {
            RunCommand.Checkpoint => ($"a checkpoint is saved {AtOnce}", ControlWord.Save, null),
            RunCommand.Stop => ("a checkpoint is saved and the run ends", ControlWord.Stop, null),
            RunCommand.Pause => isPaused
                ? throw Refusal("a run that trains, for pause", "one that is paused", "tell it to continue, or to stop")
                : ($"the run waits {AtOnce}", ControlWord.Pause, null),
            RunCommand.Continue => isPaused
                ? ("the run goes on", ControlWord.Continue, null)
                : throw Refusal("a paused run, for continue", "one that trains", "there is nothing to do"),
            RunCommand.Branch branch => (BranchOutcome(branch, tokens, live), ControlWord.Save, null),
            _ => Change(ScheduleChange.Apply(live, tokens, command)),
        };

    private static (string, ControlWord, LiveSchedule?) Change((LiveSchedule After, string Outcome) change) =>
        (change.Outcome, ControlWord.Change, change.After);

    private static string BranchOutcome(RunCommand.Branch branch, long tokens, LiveSchedule live)
    {
        if (!RunName.IsValid(branch.Name))
            throw Refusal(RunName.Expectation, $"`{branch.Name}`", "give the branch another name");
        ScheduleChange.Require(live, tokens, branch);
        return $"a checkpoint is saved and {branch.Name} begins with it";
    }

    /// <summary>A decided command may have nothing left to act on after the configuration was edited.</summary>
    /// <returns>What the command makes of the schedule; null for nothing.</returns>
    private LiveSchedule? Again(RunRequest request, long step, long tokens, LiveSchedule live)
    {
        try
        {
            return ScheduleChange.Apply(live, tokens, request.Command).After;
        }
        catch (ConfigurationException refusal)
        {
            records.Decide(
                "command-passed-over", step, tokens, ("request", request.Id),
                ("command", RunCommandFields.NameOf(request.Command)), ("found", refusal.Message));
            return null;
        }
    }

    private static ConfigurationException Refusal(string expected, string found, string advice) =>
        new([new Problem("the run", expected, found, advice)]);
}
