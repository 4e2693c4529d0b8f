namespace MiniCpmDist.Data.Deduplication;

/// <summary>How far the work is, over all ranks.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="Step">Number of the stage, from 1.</param>
/// <param name="Steps">All stages.</param>
/// <param name="Done">What is done of the stage: bytes of the corpus as they lie on disk, or parts.</param>
/// <param name="Total">What <paramref name="Done"/> comes to in the end.</param>
/// <param name="Before">What an earlier attempt has left of it.</param>
/// <param name="IsBytes">True where bytes are counted.</param>
public readonly record struct DedupProgress(
    string Stage, int Step, int Steps, long Done, long Total, long Before, bool IsBytes);
