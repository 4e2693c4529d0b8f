using MiniCpmDist.Core.Checkpoints;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Runs.Checkpoints;
using MiniCpmDist.Runs.Lineage;
using MiniCpmDist.Runs.Telemetry;

namespace MiniCpmDist.Engine.Training.Saving;

/// <summary>
/// The saves of a run, from the moment that one is wanted to what follows from it: the journal's line, branches that
/// begin there, old checkpoints that go.
/// </summary>
/// <param name="communicator">The world.</param>
/// <param name="saver">Saves.</param>
/// <param name="services">What it works with.</param>
/// <param name="trace">Where time goes.</param>
/// <param name="patience">How long the last save is tried.</param>
internal sealed class RunCheckpoints(
    ICommunicator communicator,
    RunSaver saver,
    SaveServices services,
    StepTrace trace,
    SavePatience patience)
{
    // The cause of the save under way; known to rank 0.
    private SaveCause _cause;

    /// <summary>The newest step that is known to be saved; 0 before the first.</summary>
    public long LastSavedStep => saver.LastSavedStep;

    /// <summary>The tokens of that step, where this process has saved it.</summary>
    public long LastSavedTokens => saver.LastSavedTokens;

    /// <summary>Called when a branch is to begin where the run stands; the save of this step follows.</summary>
    public void WantBranch(long step, BranchOrder order) => services.Branches.Want(step, order);

    /// <summary>
    /// Begins to save. A save that is under way is waited for, so that there is one copy of the state at most.
    /// </summary>
    public void SaveCollective(RunPosition position, SaveCause cause)
    {
        using var span = trace.Measure("checkpoint");
        using var activity = RunActivities.Start("checkpoint", position.Step);
        FinishCollective();
        services.Triggers.Saved();
        _cause = cause;
        services.Records.SyncMetrics();
        saver.BeginCollective(position);
        if (!saver.IsSaving)
            Saved(position.Step, position.Tokens);
    }

    /// <summary>Looks how a save is getting on, without waiting for it.</summary>
    public void PollCollective()
    {
        Report(saver.PollCollective());
        Report(services.Branches.Take());
    }

    /// <summary>Waits for a save that is under way.</summary>
    public void FinishCollective() => Report(saver.FinishCollective());

    /// <summary>Ends the saves of this attempt: waits for a save, and for branches that begin there.</summary>
    public void EndCollective()
    {
        FinishCollective();
        Report(services.Branches.Take(wait: true));
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
        Report(services.Branches.Take(wait: true));
    }

    /// <summary>
    /// Reports how a save has ended. A failed one is no reason to stop: the next may find room again.
    /// </summary>
    private void Report(SaveResult? save)
    {
        if (save is null)
            return;
        services.TimeLimit.Saved(save.Elapsed);
        services.Observers.Tell(observer => observer.SaveEnded(save));
        var (path, step) = (save.Checkpoint.Path, save.Checkpoint.Step);
        if (save.Failure is { } failure)
        {
            services.Records.Decide(
                "checkpoint-failed", step, save.Tokens, ("path", Path.GetFileName(path)), ("failure", failure));
            services.Observers.Tell(observer => observer.SaveFailed(path, step, failure));
            Report(services.Branches.Failed(step, failure));
            return;
        }
        services.Records.Decide(
            "checkpoint", step, save.Tokens, ("path", Path.GetFileName(path)), ("cause", SaveCauseName.Of(_cause)),
            ("bytes", save.Bytes), ("stall_seconds", save.Stall.TotalSeconds), ("seconds", save.Elapsed.TotalSeconds));
        services.Observers.Tell(observer => observer.Saved(path, step));
        Saved(step, save.Tokens);
    }

    /// <summary>The checkpoint of a step is there: what waits for it can begin, and what it replaces can go.</summary>
    private void Saved(long step, long tokens)
    {
        services.Branches.Committed(step, tokens);
        if (services.Prune(step, services.Branches.Steps) is { IsEmpty: false } pruned)
            services.Observers.Tell(observer => observer.Pruned(pruned));
    }

    private void Report(IReadOnlyList<BranchResult> results)
    {
        foreach (var result in results)
        {
            services.Records.Decide(
                result.Folder is null ? "branch-failed" : "branched", result.Step, result.Tokens,
                ("branch", result.Order.Name), ("cause", result.Order.Cause), ("told", result.Told));
            services.Observers.Tell(observer => observer.Branched(result));
        }
    }
}
