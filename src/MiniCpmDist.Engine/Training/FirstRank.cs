using MiniCpmDist.Core.Planning;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Training.Saving;
using MiniCpmDist.Engine.Training.Steering;
using MiniCpmDist.Runs.Checkpoints;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Journal;
using MiniCpmDist.Runs.Lineage;
using MiniCpmDist.Runs.Telemetry;

namespace MiniCpmDist.Engine.Training;

/// <summary>
/// Rank 0's side of an attempt: holds the run folder, journals what the attempt begins with, tells the observers, and
/// makes the services that the run works with from then on.
/// </summary>
/// <param name="folder">The run.</param>
/// <param name="options">Its configuration.</param>
/// <param name="data">What it reads.</param>
/// <param name="start">Where the attempt begins.</param>
/// <param name="given">What it is given.</param>
internal sealed class FirstRank(
    RunFolder folder, RunOptions options, RunData data, AttemptStart start, AttemptOptions given)
{
    /// <summary>Takes the run; the caller releases it by disposing the services.</summary>
    /// <exception cref="ConfigurationException">Another process trains it.</exception>
    public RunServices Take(IRunControl control, StepObservers observers, RunEnvironment environment)
    {
        var held = RunLock.Acquire(folder, given.TakeOver);
        RunRecords? records = null;
        try
        {
            var fence = RunFence.Raise(folder);
            CheckpointFolder.RemoveUnfinished(folder.CheckpointsPath);
            records = new RunRecords(folder, fence);
            var attempt = Begin(records, observers, environment);
            Configure(records, observers);
            return Serve(held, records, fence, control, observers, attempt);
        }
        catch
        {
            records?.Dispose();
            held.Dispose();
            throw;
        }
    }

    private RunServices Serve(
        RunLock held, RunRecords records, RunFence fence, IRunControl control, StepObservers observers, int attempt) =>
        new(records, held)
        {
            Attempt = attempt,
            Records = records,
            Commands = new CommandIntake(control, records, records.Commands.After(start.Step, start.Requests)),
            Observers = observers,
            Saves = new SaveServices(
                records, observers,
                new CheckpointTriggers(options.Checkpoint, given.Requests, given.TimeLimit, given.Clock, records),
                given.TimeLimit, new BranchMaker(folder, given.Launcher, BranchChecks.Require),
                (saved, beginning) => Retention.Apply(
                    folder, options.Name, options.Checkpoint.Keep, fence, records.Delete, saved, beginning)),
            RequireOwn = fence.Require,
            Trace = given.Trace,
            Heartbeat = given.Heartbeat,
            Metrics = given.Metrics,
        };

    /// <summary>Journals the attempt and what it starts from, and tells the observers.</summary>
    /// <returns>The attempt's number.</returns>
    private int Begin(RunRecords records, StepObservers observers, RunEnvironment environment)
    {
        var (attempt, differences) = records.Begin(
            start.Step, start.Tokens, start.Checkpoint?.Path, start.Schedule.Live.Options.LearningRate, environment);
        if (differences.Count > 0)
            observers.Tell(observer => observer.Moved(differences));
        if (attempt == 1 && UnusedRows.Of(options.Model.Shape, data.PieceCount, data.SequenceLength) is { } unused)
            observers.Tell(observer => observer.FoundUnusedRows(unused));
        var lost = records.Lost(start.OwnStep);
        if (lost.Count > 0)
            observers.Tell(observer => observer.DecisionsLost(lost));
        if (given.PassedOver.Count > 0)
        {
            records.PassOver(start.Step, start.Tokens, given.PassedOver);
            observers.Tell(observer => observer.PassedOver(given.PassedOver));
        }
        if (start.Checkpoint is null && given.Weights is { } weights)
        {
            var imported = weights.Describe();
            records.TakeWeights(imported);
            observers.Tell(observer => observer.Imported(imported, options.Schedule.Warmup));
        }
        return attempt;
    }

    /// <summary>Journals the configuration where it has changed, and tells the observers.</summary>
    private void Configure(RunRecords records, StepObservers observers)
    {
        var changes = records.Configure(start.Step, start.Tokens, options, start.IsOwn ? start.Settled : null);
        if (changes.Count > 0)
            observers.Tell(observer => observer.Reconfigured(changes));
    }
}
