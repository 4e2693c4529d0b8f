using MiniCpmDist.Runs.Journal;
using MiniCpmDist.Runs.Lineage;
using MiniCpmDist.Runs.Telemetry;

namespace MiniCpmDist.Engine.Training.Saving;

/// <summary>What the saves of a run are given to work with.</summary>
/// <param name="Records">Have a line of each.</param>
/// <param name="Observers">Hear of each.</param>
/// <param name="Triggers">Ask for saves, and are told of each.</param>
/// <param name="TimeLimit">Learns how long a save takes.</param>
/// <param name="Branches">Begin where one is committed.</param>
/// <param name="Prune">Deletes what the run's rule does not keep, once a step is saved, but for the steps whose
/// branches are being made.</param>
internal sealed record SaveServices(
    IRunRecords Records, StepObservers Observers, CheckpointTriggers Triggers, TimeLimit TimeLimit,
    IBranchMaker Branches, Func<long, IReadOnlySet<long>, RetentionReport> Prune);
