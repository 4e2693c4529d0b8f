namespace MiniCpmDist.Core.WindTunnel;

/// <summary>The order in which the runs of an experiment begin where several are trained beside each other.</summary>
public static class RunOrder
{
    /// <summary>
    /// The runs with the most work first, so that no long run is alone in the end; a trunk counts with its branches,
    /// which have to wait for it. Equal ones stay in the order of the plan.
    /// </summary>
    public static IReadOnlyList<PlannedRun> Of(IReadOnlyList<PlannedRun> plan)
    {
        var branches = plan.Where(run => run.Trunk is not null).ToLookup(run => run.Trunk!);
        return [.. plan.OrderByDescending(run => run.Flops + branches[run.Name].Sum(branch => branch.Flops))];
    }
}
