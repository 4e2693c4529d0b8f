using MiniCpmDist.Core.Checkpoints;
using MiniCpmDist.Engine.Training.Steering;
using MiniCpmDist.Runs.Journal;

namespace MiniCpmDist.Engine.Training.Saving;

/// <summary>
/// What asks for a checkpoint besides the schedule and commands: signals, the time limit of the process, and the time
/// since the last checkpoint. Only rank 0 asks; the others learn of it from its control word.
/// </summary>
/// <param name="options">The run's section <c>checkpoint</c>.</param>
/// <param name="requests">What signals ask for.</param>
/// <param name="timeLimit">Of the process.</param>
/// <param name="clock">Says when <c>checkpoint.every_time</c> has passed.</param>
/// <param name="records">The journal.</param>
internal sealed class CheckpointTriggers(
    CheckpointOptions options, SaveRequests requests, TimeLimit timeLimit, TimeProvider clock, IRunRecords records)
{
    private long _saved = clock.GetTimestamp();

    /// <summary>
    /// Returns what is to be done before the next step, and why. A decision to end is in the journal by then.
    /// </summary>
    public (ControlWord Word, SaveCause Cause) Ask(long step, long tokens)
    {
        var request = requests.Take();
        if (request is not null)
        {
            records.Decide(
                "signal", step, tokens, ("signal", request.Signal), ("then", request.ThenEnd ? "end" : "go on"));
            return (request.ThenEnd ? ControlWord.Interrupt : ControlWord.Save, SaveCause.Signal);
        }
        if (timeLimit.IsOver)
        {
            records.Decide("time-used-up", step, tokens);
            return (ControlWord.Suspend, SaveCause.TimeUsedUp);
        }
        return clock.GetElapsedTime(_saved) >= options.EveryTime
            ? (ControlWord.Save, SaveCause.Time)
            : (ControlWord.None, SaveCause.Time);
    }

    /// <summary>
    /// Called when a checkpoint is being saved, whatever its cause, or the step had one: the time starts anew.
    /// </summary>
    public void Saved() => _saved = clock.GetTimestamp();
}
