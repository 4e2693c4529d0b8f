using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Runs.Checkpoints;
using MiniCpmDist.Runs.Folder;

namespace MiniCpmDist.Runs.Lineage;

/// <summary>
/// Makes branches of a run that is being trained, as soon as the checkpoints that they begin with are committed.
/// Checking a checkpoint takes as long as reading it, so it is done beside training. Only rank 0 has one.
/// </summary>
/// <param name="trunk">The run that is being trained.</param>
/// <param name="launcher">Starts branches that are to be started.</param>
/// <param name="check">Checks a branch as its first start will check it, in a world of so many ranks.</param>
public sealed class BranchMaker(
    RunFolder trunk, IRunLauncher? launcher, Action<RunOptions, CheckpointFolder, int?>? check = null) : IBranchMaker
{
    private readonly List<(long Step, BranchOrder Order)> _wanted = [];
    private readonly List<(long Step, Task<BranchResult> Making)> _underWay = [];

    public IReadOnlySet<long> Steps => _underWay.Select(branch => branch.Step).ToHashSet();

    public void Want(long step, BranchOrder order)
    {
        // A trunk that was rolled back passes the same places of the branch schedule again.
        if (order.Cause != BranchOrder.BranchSchedule || !Directory.Exists(PathOf(order)))
            _wanted.Add((step, order));
    }

    public void Committed(long step, long tokens)
    {
        foreach (var (_, order) in _wanted.Where(wanted => wanted.Step == step))
            _underWay.Add((step, Task.Run(() => Make(step, tokens, order))));
        _wanted.RemoveAll(wanted => wanted.Step == step);
    }

    public IReadOnlyList<BranchResult> Failed(long step, string failure)
    {
        BranchResult[] lost = [
            .. _wanted.Where(wanted => wanted.Step == step)
                .Select(wanted => new BranchResult(
                    wanted.Order, step, Tokens: 0, Folder: null, $"its checkpoint could not be saved: {failure}")),
        ];
        _wanted.RemoveAll(wanted => wanted.Step == step);
        return lost;
    }

    public IReadOnlyList<BranchResult> Take(bool wait = false)
    {
        if (wait)
            Task.WaitAll(_underWay.Select(branch => branch.Making));
        var done = _underWay.Where(branch => branch.Making.IsCompleted).ToArray();
        _underWay.RemoveAll(done.Contains);
        return [.. done.Select(branch => branch.Making.GetAwaiter().GetResult())];
    }

    /// <summary>Makes a branch. Nothing here may end the trunk: errors are only reported.</summary>
    private BranchResult Make(long step, long tokens, BranchOrder order)
    {
        try
        {
            var made = DecayBranch.Create(
                trunk.Path, step, order.Decay, PathOf(order),
                check: (branch, parent) => check?.Invoke(branch, parent, order.Launch ? order.Ranks : null));
            return new BranchResult(
                order, step, tokens, made.Path, order.Launch ? Launch(made, order) : Waiting(made));
        }
        catch (Exception exception)
            when (exception is ConfigurationException or IOException or UnauthorizedAccessException)
        {
            return new BranchResult(order, step, tokens, Folder: null, exception.Message);
        }
    }

    private string PathOf(BranchOrder order) => Path.Combine(
        Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(trunk.Path)))!, order.Name);

    private string Launch(RunFolder branch, BranchOrder order)
    {
        try
        {
            return launcher?.Launch(branch.Path, order.Ranks) ?? Waiting(branch);
        }
        catch (IOException exception)
        {
            return $"{exception.Message}; {Waiting(branch)}";
        }
    }

    private static string Waiting(RunFolder branch) => $"train it with `minicpm resume {branch.Path}`";
}
