using MiniCpmDist.Cli.Display;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Core.WindTunnel;

namespace MiniCpmDist.Cli.WindTunnel;

/// <summary>
/// A search over parameters: trials, each proposed from those before it; of short ones the best go on; the best three
/// are trained again with further seeds, because neighbours may differ by less than the seed does.
/// </summary>
/// <param name="options">With a search.</param>
/// <param name="name">The first part of the runs' names.</param>
/// <param name="runner">Trains runs.</param>
/// <param name="lossOf">The held-out loss of a run after so many tokens, in nats a token; null where it has
/// none.</param>
/// <param name="screen">Where sentences go.</param>
internal sealed class TunnelSearch(
    TunnelOptions options, string name, TunnelRunner runner, Func<string, long, double?> lossOf, Screen screen)
{
    private readonly SearchOptions _search = TunnelPlan.RequireSearch(options);
    private readonly List<SearchTrial> _trials = [];

    /// <returns>Zero, or the exit code of a run that failed without diverging.</returns>
    public int Run()
    {
        if (Propose() is not 0 and var failed)
            return failed;
        if (_search.Halving is { } halving && Halve(halving) is not 0 and var failedLater)
            return failedLater;
        var best = _trials.Where(trial => trial.Rung == _search.Rungs - 1)
            .OrderBy(trial => trial.Rank)
            .Take(TunnelPlan.BestTrials)
            .ToList();
        var repeated = new List<(SearchTrial Trial, IReadOnlyList<double> Losses)>();
        foreach (var trial in best)
        {
            var runs = Enumerable.Range(1, _search.Repeats)
                .Select(repeat => options.Recipe.Seed + (ulong)repeat)
                .Select(seed => TunnelPlan.Trial(options, $"{trial.Name}-seed-{seed}", trial.Place, seed))
                .ToList();
            if (runs.Count > 0)
                screen.Headline($"{trial.Name}: one of the best again, with other seeds");
            if (runner.Run(runs) is not 0 and var code)
                return code;
            repeated.Add((trial, [trial.Loss, .. runs.Select(LossOf)]));
        }
        foreach (var line in SearchText.Lines(_search, _trials, repeated))
            screen.Line(line);
        return 0;
    }

    // Trials of one round are proposed from the same trials before them, and are trained beside each other.
    private int Propose()
    {
        var proposals = new ParzenSearch(_search.Space.Count, _search.Seed);
        while (_trials.Count < _search.Trials)
        {
            var (before, round) = (_trials.Count, new List<SearchTrial>());
            while (round.Count < _search.Together && before + round.Count < _search.Trials)
            {
                var known = _trials.Select(trial => (trial.Place, trial.Loss))
                    .Concat(round.Select(trial => (trial.Place, double.NaN)));
                round.Add(new SearchTrial(
                    TunnelPlan.TrialName(name, before + round.Count), proposals.Next([.. known]), _search.Rungs));
            }
            screen.Headline($"Trials {before + 1} to {before + round.Count} of {_search.Trials}");
            foreach (var trial in round)
                screen.Line($"{trial.Name}: {SearchText.Values(_search, trial.Place)}");
            if (Train(round, rung: 0) is not 0 and var code)
                return code;
            _trials.AddRange(round);
        }
        return 0;
    }

    private int Halve(HalvingOptions halving)
    {
        for (var rung = 1; rung < halving.Rungs; rung++)
        {
            var reached = Losses(rung - 1);
            var best = HalvingOptions.Best(reached, halving.CountAt(_search.Trials, rung));
            screen.Headline($"The best {best.Count} of {reached.Count} trials go on");
            if (Train([.. best.Select(number => _trials[number])], rung) is not 0 and var code)
                return code;
        }
        // The first losses decide most: are they right?
        var kept = halving.Finalists(Losses(halving.Rungs - 2), _search.Trials);
        var controls = halving.Checked(Losses(0), kept).Select(number => _trials[number]).ToList();
        if (controls.Count > 0)
            screen.Headline($"{controls.Count} trials that were given up, to their end: was that right?");
        foreach (var trial in controls)
            trial.WasGivenUp = true;
        return Train(controls, halving.Rungs - 1);
    }

    private Dictionary<int, double> Losses(int rung) => _trials.Index()
        .Where(trial => trial.Item.Losses[rung] is not null)
        .ToDictionary(trial => trial.Index, trial => trial.Item.Losses[rung]!.Value);

    private int Train(IReadOnlyList<SearchTrial> trials, int rung)
    {
        var runs = trials.Select(trial => TunnelPlan.Trial(options, trial.Name, trial.Place, rung: rung)).ToList();
        if (runner.Run(runs) is not 0 and var code)
            return code;
        foreach (var (trial, run) in trials.Zip(runs))
            trial.Losses[rung] = LossOf(run);
        return 0;
    }

    // A trial that diverges is one that was bad, and no reason to end the search.
    private double LossOf(PlannedRun run) =>
        runner.HasFinished(run) ? lossOf(run.Name, run.Tokens) ?? double.NaN : double.NaN;
}
