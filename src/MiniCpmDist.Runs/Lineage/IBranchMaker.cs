namespace MiniCpmDist.Runs.Lineage;

/// <summary>
/// Makes branches of a run that is being trained, as soon as the checkpoints are committed that they begin with. Only
/// rank 0 has anything behind it.
/// </summary>
public interface IBranchMaker
{
    /// <summary>
    /// Steps whose branches are being made: until a branch has its folder, nothing else keeps its checkpoint.
    /// </summary>
    IReadOnlySet<long> Steps { get; }

    /// <summary>A branch is wanted of the checkpoint of a step, which is saved or about to be.</summary>
    void Want(long step, BranchOrder order);

    /// <summary>A checkpoint is committed: branches that wait for it are made.</summary>
    void Committed(long step, long tokens);

    /// <summary>A checkpoint could not be saved: its branches cannot be made.</summary>
    IReadOnlyList<BranchResult> Failed(long step, string failure);

    /// <summary>What has become of branches since the last call.</summary>
    /// <param name="wait">For all that are under way.</param>
    IReadOnlyList<BranchResult> Take(bool wait = false);
}
