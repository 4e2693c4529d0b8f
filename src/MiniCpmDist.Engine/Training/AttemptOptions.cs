using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Engine.Conversion;
using MiniCpmDist.Engine.Training.FaultInjection;
using MiniCpmDist.Engine.Training.Saving;
using MiniCpmDist.Runs.Recovery;
using MiniCpmDist.Runs.Telemetry;

namespace MiniCpmDist.Engine.Training;

/// <summary>What one start of a run is given beside its configuration; only the weights reach its bits.</summary>
public sealed record AttemptOptions
{
    /// <summary>
    /// Initial weights of a run whose configuration has <c>init_from</c>; not for one with a checkpoint.
    /// </summary>
    public PretrainedWeights? Weights { get; init; }

    /// <summary>Another process may hold the run; it is shut out.</summary>
    public bool TakeOver { get; init; }

    /// <summary>What is wrong with newer checkpoints than the one it starts from. Rank 0's counts.</summary>
    public IReadOnlyList<Problem> PassedOver { get; init; } = [];

    /// <summary>Of the process. Rank 0's counts.</summary>
    public TimeLimit TimeLimit { get; init; } = TimeLimit.None;

    /// <summary>For a last checkpoint that the disk refuses; the same on all ranks.</summary>
    public SavePatience SavePatience { get; init; } = SavePatience.Standard;

    /// <summary>What signals ask for. Rank 0's count.</summary>
    public SaveRequests Requests { get; init; } = new();

    /// <summary>Says when <c>checkpoint.every_time</c> has passed. Rank 0's counts.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Starts branches that are to be started. Rank 0's counts.</summary>
    public IRunLauncher? Launcher { get; init; }

    /// <summary>What tests have planned for this rank; null for nothing.</summary>
    public PlannedFaults? Faults { get; init; }

    public StepTrace Trace { get; init; } = StepTrace.Off;

    /// <summary>Says that this rank is alive.</summary>
    public HeartbeatWriter Heartbeat { get; init; } = HeartbeatWriter.Silent;

    /// <summary>What this rank tells of itself.</summary>
    public IRankMetrics Metrics { get; init; } = NoRankMetrics.Instance;
}
