namespace MiniCpmDist.Core.Checkpoints;

/// <summary>What keeps a checkpoint.</summary>
/// <param name="Checkpoint">Which.</param>
/// <param name="KeptFor">Every reason in words; none where it may be deleted.</param>
public sealed record RetentionVerdict(SavedCheckpoint Checkpoint, IReadOnlyList<string> KeptFor)
{
    public bool IsKept => KeptFor.Count > 0;
}
