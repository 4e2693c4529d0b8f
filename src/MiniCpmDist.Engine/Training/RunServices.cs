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
/// <param name="held">What is let go of at the end, in this order.</param>
internal sealed class RunServices(params IReadOnlyList<IDisposable> held) : IDisposable
{
    /// <summary>The attempt's number; 0 on ranks other than 0.</summary>
    public required int Attempt { get; init; }

    /// <summary>Journal and metrics.</summary>
    public required IRunRecords Records { get; init; }

    /// <summary>Commands, and who wants to know how the run stands.</summary>
    public required ICommandIntake Commands { get; init; }

    /// <summary>Who watches.</summary>
    public required StepObservers Observers { get; init; }

    /// <summary>What saves ask for, and what follows from them.</summary>
    public required SaveServices Saves { get; init; }

    /// <summary>Throws where another world has taken the run over.</summary>
    public required Action RequireOwn { get; init; }

    /// <summary>Where time goes.</summary>
    public required StepTrace Trace { get; init; }

    /// <summary>Says that this rank is alive.</summary>
    public required HeartbeatWriter Heartbeat { get; init; }

    /// <summary>What this rank tells of itself.</summary>
    public required IRankMetrics Metrics { get; init; }

    /// <summary>What a rank other than 0 works with.</summary>
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
