using MiniCpmDist.Core.Runs;
using MiniCpmDist.Engine.Training.Saving;
using MiniCpmDist.Engine.Training.Steering;
using MiniCpmDist.Runs.Journal;
using MiniCpmDist.Runs.Lineage;
using MiniCpmDist.Runs.Recovery;
using MiniCpmDist.Runs.Telemetry;

namespace MiniCpmDist.Engine.Training;

/// <summary>
/// What a run is given to work with on one rank. Only rank 0 writes, listens and tells (<see cref="FirstRank"/>). On
/// the others the same calls do nothing, so that whoever makes them need not ask which rank it is.
/// </summary>
/// <param name="held">What is disposed of at the end, in this order.</param>
internal sealed class RunServices(params IReadOnlyList<IDisposable> held) : IDisposable
{
    /// <summary>The attempt's number; 0 on ranks other than 0.</summary>
    public required int Attempt { get; init; }

    /// <summary>Journal and metrics.</summary>
    public required IRunRecords Records { get; init; }

    /// <summary>The source of commands, which also learns how the run stands.</summary>
    public required ICommandIntake Commands { get; init; }

    /// <summary>The observers of the run.</summary>
    public required StepObservers Observers { get; init; }

    /// <summary>What the saves of the run work with.</summary>
    public required SaveServices Saves { get; init; }

    /// <summary>Throws if another world has taken the run over.</summary>
    public required Action RequireOwn { get; init; }

    /// <summary>The trace of where time goes.</summary>
    public required StepTrace Trace { get; init; }

    /// <summary>Says that this rank is alive.</summary>
    public required HeartbeatWriter Heartbeat { get; init; }

    /// <summary>Takes the measurements of this rank.</summary>
    public required IRankMetrics Metrics { get; init; }

    /// <summary>Makes the services of a rank other than 0.</summary>
    public static RunServices OfOtherRank(RunOptions options, AttemptOptions given)
    {
        var limit = TimeLimit.None;
        var never = options.Checkpoint with { EveryTime = null };
        return new RunServices
        {
            Attempt = 0,
            Records = NoRecords.Instance,
            Commands = NoCommands.Instance,
            Observers = StepObservers.Nobody,
            Saves = new SaveServices(
                NoRecords.Instance, StepObservers.Nobody,
                new CheckpointTriggers(never, new SaveRequests(), limit, TimeProvider.System, NoRecords.Instance),
                limit, NoBranches.Instance, (_, _) => RetentionReport.Nothing),
            RequireOwn = () => { },
            Trace = given.Trace,
            Heartbeat = given.Heartbeat,
            Metrics = given.Metrics,
        };
    }

    public void Dispose()
    {
        foreach (var one in held)
            one.Dispose();
    }
}
