using MiniCpmDist.Core.WindTunnel;
using MiniCpmDist.Runs.WindTunnel;

namespace MiniCpmDist.Cli.WindTunnel;

/// <summary>The trials of a search, out of their runs.</summary>
internal static class SearchTrials
{
    /// <param name="options">With a search.</param>
    /// <param name="name">The first part of the runs' names.</param>
    /// <param name="runOf">A run by its name; null where it has not begun.</param>
    /// <returns>Those that have come to the end of the first length.</returns>
    public static IReadOnlyList<SearchTrial> Read(
        TunnelOptions options, string name, Func<string, MeasuredRun?> runOf)
    {
        var search = TunnelPlan.RequireSearch(options);
        var trials = new List<SearchTrial>();
        for (var number = 0; number < search.Trials; number++)
        {
            if (runOf(TunnelPlan.TrialName(name, number)) is not { } run)
                continue;
            double[] place = [.. search.Space.Select(parameter => parameter.UnitOf(parameter.Of(run.Options)))];
            var trial = new SearchTrial(run.Name, place, search.Rungs);
            for (var rung = 0; rung < search.Rungs; rung++)
            {
                trial.Losses[rung] = run.LossAt(
                    TunnelPlan.Trial(options, run.Name, place, rung: rung).Tokens);
            }
            if (trial.Losses[0] is not null)
                trials.Add(trial);
        }
        if (search.Halving is { } halving)
            MarkThoseGivenUp(halving, search.Trials, trials);
        return trials;
    }

    private static void MarkThoseGivenUp(HalvingOptions halving, int count, List<SearchTrial> trials)
    {
        var last = halving.Rungs - 1;
        var before = trials.Index()
            .Where(trial => trial.Item.Losses[last - 1] is not null)
            .ToDictionary(trial => trial.Index, trial => trial.Item.Losses[last - 1]!.Value);
        var kept = halving.Finalists(before, count);
        foreach (var (number, trial) in trials.Index())
            trial.WasGivenUp = trial.Losses[last] is not null && !kept.Contains(number);
    }
}
