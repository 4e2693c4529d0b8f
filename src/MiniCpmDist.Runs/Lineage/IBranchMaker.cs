namespace MiniCpmDist.Runs.Lineage;

/// <summary>
/// Makes branches of a run that is being trained, as soon as the checkpoints that they begin with are committed. Only
/// on rank 0 does it make any.
/// </summary>
public interface IBranchMaker
{
    /// <summary>
    /// Steps whose branches are being made: until a branch has its folder, nothing else keeps its checkpoint.
    /// </summary>
    IReadOnlySet<long> Steps { get; }

    /// <summary>Orders a branch of the checkpoint of a step, which is saved or about to be.</summary>
    void Want(long step, BranchOrder order);

    /// <summary>Reports that a checkpoint is committed. Branches that wait for it are then made.</summary>
    void Committed(long step, long tokens);

    /// <summary>Reports that a checkpoint could not be saved. Its branches cannot be made.</summary>
    IReadOnlyList<BranchResult> Failed(long step, string failure);

    /// <summary>Takes the results of branches since the last call.</summary>
    /// <param name="wait">Whether to wait for all that are under way.</param>
    IReadOnlyList<BranchResult> Take(bool wait = false);
}
