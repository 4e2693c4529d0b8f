namespace MiniCpmDist.Core.Checkpoints;

/// <summary>What keeps a checkpoint.</summary>
/// <param name="Checkpoint">The checkpoint.</param>
/// <param name="KeptFor">Every reason in words; empty where it may be deleted.</param>
public sealed record RetentionVerdict(SavedCheckpoint Checkpoint, IReadOnlyList<string> KeptFor)
{
    public bool IsKept => KeptFor.Count > 0;
}
