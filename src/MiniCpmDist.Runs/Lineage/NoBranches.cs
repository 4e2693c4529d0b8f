namespace MiniCpmDist.Runs.Lineage;

/// <summary>The branch maker of ranks other than 0: branches are made elsewhere.</summary>
public sealed class NoBranches : IBranchMaker
{
    public static NoBranches Instance { get; } = new();

    public IReadOnlySet<long> Steps { get; } = new HashSet<long>();

    public void Want(long step, BranchOrder order) { }

    public void Committed(long step, long tokens) { }

    public IReadOnlyList<BranchResult> Failed(long step, string failure) => [];

    public IReadOnlyList<BranchResult> Take(bool wait = false) => [];
}
