using MiniCpmDist.Runs.Checkpoints;

namespace MiniCpmDist.Runs.Lineage;

/// <summary>What retention did.</summary>
/// <param name="Deleted">Where they were, oldest first.</param>
/// <param name="Warnings">
/// Why some checkpoints are still there that should be deleted. This is no reason to stop training.
/// </param>
public sealed record RetentionReport(IReadOnlyList<CheckpointFolder> Deleted, IReadOnlyList<string> Warnings)
{
    public static RetentionReport Nothing { get; } = new([], []);

    public bool IsEmpty => Deleted.Count == 0 && Warnings.Count == 0;
}
