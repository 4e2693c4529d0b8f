using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Core.Runs;

/// <summary>A run in one line: where it comes from, where it stands, and what it has cost.</summary>
/// <param name="Path">Its folder; identifies it.</param>
/// <param name="Name">Of the run.</param>
/// <param name="State">How far it has come.</param>
/// <param name="Parent">Folder of the run that it branched from; null for a trunk.</param>
/// <param name="ParentStep">The checkpoint that it began with; 0 for a trunk.</param>
/// <param name="Phase">Of its last step; null before the first.</param>
/// <param name="Step">Updates done, those of its trunk included.</param>
/// <param name="Tokens">Sequence positions consumed, those of its trunk included.</param>
/// <param name="BranchLoss">The trunk's loss where it left, in nats.</param>
/// <param name="Loss">Its newest loss, in nats.</param>
/// <param name="IsHeldOut">Both losses are of held-out text; else means of the last steps' training losses.</param>
/// <param name="RankSeconds">Seconds of training times ranks, steps that were taken twice included.</param>
public sealed record RunSummary(
    string Path, string Name, RunState State, string? Parent, long ParentStep, PhaseKind? Phase, long Step, long Tokens,
    double? BranchLoss, double? Loss, bool IsHeldOut, double RankSeconds)
{
    /// <summary>Attempts that failed under a supervisor.</summary>
    public int Failures { get; init; }

    /// <summary>True where something in the folder cannot be read. The summary then comes from the rest.</summary>
    public bool IsDamaged { get; init; }

    /// <summary>What the objective of its last step measures besides the loss, such as a margin.</summary>
    public IReadOnlyList<Measure> Measures { get; init; } = [];

    /// <summary>The share of the time that has moved the run on; null for a run that was never supervised.</summary>
    public double? Goodput { get; init; }
}
