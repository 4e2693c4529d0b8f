using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Engine.Conversion;
using MiniCpmDist.Engine.Training.FaultInjection;
using MiniCpmDist.Engine.Training.Saving;
using MiniCpmDist.Runs.Recovery;
using MiniCpmDist.Runs.Telemetry;

namespace MiniCpmDist.Engine.Training;

/// <summary>What one start of a run is given besides its configuration; only the weights change its bits.</summary>
public sealed record AttemptOptions
{
    /// <summary>
    /// Initial weights of a run whose configuration has <c>init_from</c>; not for one with a checkpoint.
    /// </summary>
    public PretrainedWeights? Weights { get; init; }

    /// <summary>Another process may hold the run; it is shut out.</summary>
    public bool TakeOver { get; init; }

    /// <summary>
    /// Problems of newer checkpoints than the one that the attempt starts from. Only rank 0's value counts.
    /// </summary>
    public IReadOnlyList<Problem> PassedOver { get; init; } = [];

    /// <summary>The time limit of the process. Only rank 0's value counts.</summary>
    public TimeLimit TimeLimit { get; init; } = TimeLimit.None;

    /// <summary>How long a last checkpoint that the disk refuses is tried again; the same on all ranks.</summary>
    public SavePatience SavePatience { get; init; } = SavePatience.Standard;

    /// <summary>What signals ask for. Only rank 0's value counts.</summary>
    public SaveRequests Requests { get; init; } = new();

    /// <summary>Says when <c>checkpoint.every_time</c> has passed. Only rank 0's value counts.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Starts branches that are to be started. Only rank 0's value counts.</summary>
    public IRunLauncher? Launcher { get; init; }

    /// <summary>The faults that tests have planned for this rank; null for none.</summary>
    public PlannedFaults? Faults { get; init; }

    public StepTrace Trace { get; init; } = StepTrace.Off;

    /// <summary>Says that this rank is alive.</summary>
    public HeartbeatWriter Heartbeat { get; init; } = HeartbeatWriter.Silent;

    /// <summary>Takes the measurements of this rank.</summary>
    public IRankMetrics Metrics { get; init; } = NoRankMetrics.Instance;
}
