using MiniCpmDist.Core.Checkpoints;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Runs.Checkpoints;
using MiniCpmDist.Runs.Journal;
using MiniCpmDist.Runs.Lineage;
using MiniCpmDist.Runs.Telemetry;

namespace MiniCpmDist.Engine.Training.Saving;

/// <summary>
/// The saves of a run, from the moment that one is wanted to what follows from it: the journal's line, branches that
/// begin there, old checkpoints that go.
/// </summary>
/// <param name="communicator">The world.</param>
/// <param name="saver">Saves.</param>
/// <param name="triggers">Are told of each save.</param>
/// <param name="records">On rank 0.</param>
/// <param name="observers">Of rank 0; none elsewhere.</param>
/// <param name="trace">Where time goes.</param>
/// <param name="prune">Deletes what the run's rule does not keep, once a step is saved, but for the steps whose
/// branches are being made.</param>
/// <param name="branches">On rank 0: makes the branches that are wanted.</param>
/// <param name="timeLimit">Learns how long a save takes.</param>
/// <param name="patience">With the last save.</param>
internal sealed class RunCheckpoints(
    ICommunicator communicator,
    RunSaver saver,
    CheckpointTriggers triggers,
    RunRecords? records,
    IReadOnlyList<IStepObserver> observers,
    StepTrace trace,
    Func<long, IReadOnlySet<long>?, RetentionReport>? prune,
    BranchMaker? branches,
    TimeLimit? timeLimit,
    SavePatience patience)
{
    // Of the save under way; known to rank 0.
    private SaveCause _cause;

    /// <summary>The newest step that is known to be saved; 0 before the first.</summary>
    public long LastSavedStep => saver.LastSavedStep;

    /// <summary>The tokens of that step, where this process has saved it.</summary>
    public long LastSavedTokens => saver.LastSavedTokens;

    /// <summary>A branch is to begin where the run stands; the save of this step follows.</summary>
    public void WantBranch(long step, BranchOrder order) => branches?.Want(step, order);

    /// <summary>
    /// Begins to save. A save that is under way is waited for, so that there is one copy of the state at most.
    /// </summary>
    public void SaveCollective(RunPosition position, SaveCause cause)
    {
        using var span = trace.Measure("checkpoint");
        using var activity = RunActivities.Start("checkpoint", position.Step);
        FinishCollective();
        triggers.Saved();
        _cause = cause;
        records?.SyncMetrics();
        saver.BeginCollective(position);
        if (!saver.IsSaving)
            Saved(position.Step, position.Tokens);
    }

    /// <summary>Looks how a save is getting on, without waiting for it.</summary>
    public void PollCollective()
    {
        Report(saver.PollCollective());
        Report(branches?.Take() ?? []);
    }

    /// <summary>Waits for a save that is under way.</summary>
    public void FinishCollective() => Report(saver.FinishCollective());

    /// <summary>Nothing more is saved in this attempt: waits for a save, and for branches that begin there.</summary>
    public void EndCollective()
    {
        FinishCollective();
        Report(branches?.Take(wait: true) ?? []);
    }

    /// <summary>
    /// Nothing more is trained, so the save under way has to succeed: while the disk refuses it, it is tried again
    /// and again. Branches that begin here are made when the call returns.
    /// </summary>
    public void SaveLastCollective(RunPosition position)
    {
        using var span = trace.Measure("checkpoint");
        using var activity = RunActivities.Start("checkpoint", position.Step);
        for (var tries = 1; ; tries++)
        {
            var result = saver.FinishCollective();
            Report(result);
            if (result?.Failure is not { } failure)
                break;
            if (tries == patience.Tries)
                throw new IOException($"The last checkpoint, of step {position.Step}, could not be saved: {failure}");
            communicator.BarrierCollective();
            patience.Wait();
            saver.BeginCollective(position);
        }
        Report(branches?.Take(wait: true) ?? []);
    }

    /// <summary>Tells how a save has ended. A failed one is no reason to stop: the next may find room again.</summary>
    private void Report(SaveResult? save)
    {
        if (save is null)
            return;
        timeLimit?.Saved(save.Elapsed);
        Observe(observer => observer.SaveEnded(save));
        var (path, step) = (save.Checkpoint.Path, save.Checkpoint.Step);
        if (save.Failure is { } failure)
        {
            records?.Decide(
                "checkpoint-failed", step, save.Tokens, ("path", Path.GetFileName(path)), ("failure", failure));
            Observe(observer => observer.SaveFailed(path, step, failure));
            Report(branches?.Failed(step, failure) ?? []);
            return;
        }
        records?.Decide(
            "checkpoint", step, save.Tokens, ("path", Path.GetFileName(path)), ("cause", SaveCauseName.Of(_cause)),
            ("bytes", save.Bytes), ("stall_seconds", save.Stall.TotalSeconds), ("seconds", save.Elapsed.TotalSeconds));
        Observe(observer => observer.Saved(path, step));
        Saved(step, save.Tokens);
    }

    /// <summary>The checkpoint of a step is there: what waits for it can begin, and what it replaces can go.</summary>
    private void Saved(long step, long tokens)
    {
        branches?.Committed(step, tokens);
        if (prune?.Invoke(step, branches?.Steps) is { IsEmpty: false } pruned)
            Observe(observer => observer.Pruned(pruned));
    }

    private void Report(IReadOnlyList<BranchResult> results)
    {
        foreach (var result in results)
        {
            records?.Decide(
                result.Folder is null ? "branch-failed" : "branched", result.Step, result.Tokens,
                ("branch", result.Order.Name), ("cause", result.Order.Cause), ("told", result.Told));
            Observe(observer => observer.Branched(result));
        }
    }

    private void Observe(Action<IStepObserver> notify)
    {
        foreach (var observer in observers)
            notify(observer);
    }
}
