using System.Globalization;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Core.WindTunnel;

namespace MiniCpmDist.Cli.WindTunnel;

/// <summary>
/// A search over parameters: trial after trial, each proposed from those before it, then the best three with further
/// seeds, because neighbours may differ by less than the seed does.
/// </summary>
/// <param name="options">With a search.</param>
/// <param name="name">The first part of the runs' names.</param>
/// <param name="runner">Trains runs.</param>
/// <param name="lossOf">The final loss of a finished run by its name, in nats a token; null where it has none.</param>
/// <param name="screen">Where sentences go.</param>
internal sealed class TunnelSearch(
    TunnelOptions options, string name, TunnelRunner runner, Func<string, double?> lossOf, Screen screen)
{
    private readonly SearchOptions _search = TunnelPlan.RequireSearch(options);

    /// <returns>Zero, or the exit code of a run that failed without diverging.</returns>
    public int Run()
    {
        var proposals = new ParzenSearch(_search.Space.Count, _search.Seed);
        var trials = new List<(double[] Place, double Loss)>();
        while (trials.Count < _search.Trials)
        {
            var place = proposals.Next(trials);
            var run = TunnelPlan.Trial(options, TrialName(trials.Count), place);
            screen.Headline($"{run.Name} of {_search.Trials}: {Values(place)}");
            if (Train(run, out var loss) is not 0 and var code)
                return code;
            trials.Add((place, loss));
        }
        var repeated = new List<(int Trial, IReadOnlyList<double> Losses)>();
        foreach (var (number, trial) in trials.Index().OrderBy(one => Rank(one.Item.Loss)).Take(TunnelPlan.BestTrials))
        {
            var losses = new List<double> { trial.Loss };
            for (var repeat = 1; repeat <= _search.Repeats; repeat++)
            {
                var seed = options.Recipe.Seed + (ulong)repeat;
                var run = TunnelPlan.Trial(options, $"{TrialName(number)}-seed-{seed}", trial.Place, seed);
                screen.Headline($"{run.Name}: one of the best again, with another seed");
                if (Train(run, out var loss) is not 0 and var code)
                    return code;
                losses.Add(loss);
            }
            repeated.Add((number, losses));
        }
        Show(trials, repeated);
        return 0;
    }

    // A trial that diverges is one that was bad, and no reason to end the search.
    private int Train(PlannedRun run, out double loss)
    {
        var code = runner.Run([run]);
        loss = code == 0 && runner.HasFinished(run.Name) ? lossOf(run.Name) ?? double.NaN : double.NaN;
        return code;
    }

    private void Show(
        List<(double[] Place, double Loss)> trials, List<(int Trial, IReadOnlyList<double> Losses)> repeated)
    {
        screen.Headline("Trials, the best first; held-out loss in nats a token");
        screen.Line(TunnelText.Row("trial", ["loss", .. _search.Space.Select(parameter => parameter.Name)]));
        foreach (var (number, trial) in trials.Index().OrderBy(one => Rank(one.Item.Loss)))
        {
            screen.Line(TunnelText.Row(
                TrialName(number),
                [
                    double.IsFinite(trial.Loss) ? trial.Loss.ToString("F4", CultureInfo.InvariantCulture) : "diverged",
                    .. _search.Space.Zip(trial.Place, Value),
                ]));
        }
        if (_search.Repeats == 0)
            return;
        screen.Headline($"The best {repeated.Count} over {_search.Repeats + 1} seeds");
        foreach (var (number, losses) in repeated.OrderBy(one => Rank(one.Losses.Average())))
        {
            var (mean, deviation) = (losses.Average(), Deviation(losses));
            screen.Line(TunnelText.Row(
                TrialName(number),
                string.Create(CultureInfo.InvariantCulture, $"{mean:F4}"),
                string.Create(CultureInfo.InvariantCulture, $"+- {deviation:F4}")));
        }
        screen.Line("Do not believe a difference that is smaller than the deviation over seeds.");
    }

    private static double Rank(double loss) => double.IsFinite(loss) ? loss : double.MaxValue;

    private static double Deviation(IReadOnlyList<double> losses)
    {
        var mean = losses.Average();
        return Math.Sqrt(losses.Sum(loss => (loss - mean) * (loss - mean)) / (losses.Count - 1));
    }

    private string TrialName(int number) => TunnelPlan.TrialName(name, number);

    private string Values(double[] place) => string.Join(
        ", ", _search.Space.Zip(place, (parameter, unit) => $"{parameter.Name} {Value(parameter, unit)}"));

    private static string Value(SearchParameter parameter, double unit) =>
        parameter.ValueAt(unit).ToString("R", CultureInfo.InvariantCulture);
}
