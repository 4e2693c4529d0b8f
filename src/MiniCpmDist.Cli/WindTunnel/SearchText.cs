using System.Globalization;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Core.WindTunnel;

namespace MiniCpmDist.Cli.WindTunnel;

/// <summary>What a search has found, in lines.</summary>
internal static class SearchText
{
    private const int SlicePlaces = 41;

    /// <summary>The parameters of a trial.</summary>
    public static string Values(SearchOptions search, double[] place) => string.Join(
        ", ", search.Space.Zip(place, (parameter, unit) => $"{parameter.Name} {Value(parameter, unit)}"));

    /// <param name="search">What was searched.</param>
    /// <param name="trials">All trials.</param>
    /// <param name="repeated">The best, with their losses over seeds.</param>
    public static IEnumerable<string> Lines(
        SearchOptions search, IReadOnlyList<SearchTrial> trials,
        IReadOnlyList<(SearchTrial Trial, IReadOnlyList<double> Losses)> repeated)
    {
        yield return "";
        yield return "Trials, the best first; held-out loss in nats a token";
        yield return TunnelText.Row(
            "trial",
            [.. search.Halving is null ? [] : (string[])["length"], "loss", .. search.Space.Select(one => one.Name)]);
        foreach (var trial in trials.OrderByDescending(trial => trial.Rung).ThenBy(trial => trial.Rank))
        {
            yield return TunnelText.Row(
                trial.Name + (trial.WasGivenUp ? " (given up)" : ""),
                [
                    .. search.Halving is { } lengths ? (string[])[$"1/{lengths.DivisorOf(trial.Rung)}"] : [],
                    double.IsFinite(trial.Loss) ? Invariant($"{trial.Loss:F4}") : "diverged",
                    .. search.Space.Zip(trial.Place, Value),
                ]);
        }
        foreach (var line in search.Halving is { } halving ? Check(halving, trials) : [])
            yield return line;
        foreach (var line in Slices(search, trials))
            yield return line;
        if (search.Repeats == 0 || repeated.Count == 0)
            yield break;
        yield return "";
        yield return $"The best {repeated.Count} over {search.Repeats + 1} seeds";
        var seeds = repeated.Select(one => (one.Trial, Losses: Estimate.Of(one.Losses)));
        foreach (var (trial, losses) in seeds.OrderBy(one => one.Losses.Mean))
        {
            yield return TunnelText.Row(
                trial.Name, Invariant($"{losses.Mean:F4}"), Invariant($"+- {losses.Deviation:F4}"));
        }
        yield return "Do not believe a difference that is smaller than the deviation over seeds.";
    }

    /// <summary>Whether the first losses put the trials into the order that the whole length gives.</summary>
    private static IEnumerable<string> Check(HalvingOptions halving, IReadOnlyList<SearchTrial> trials)
    {
        var whole = trials.Where(trial => trial.Rung == halving.Rungs - 1 && double.IsFinite(trial.Loss)).ToList();
        if (whole.Count < 2)
            yield break;
        var tau = KendallTau.Of([.. whole.Select(trial => (trial.Losses[0]!.Value, trial.Loss))]);
        yield return "";
        yield return $"The order after 1/{halving.DivisorOf(0)} of the length against that at the end, over "
            + Invariant($"{whole.Count} trials: Kendall's tau {tau:F2} (1 for the same order, 0 for chance)");
        var controls = whole.Where(trial => trial.WasGivenUp).ToList();
        if (controls.Count == 0)
            yield break;
        var best = whole.Where(trial => !trial.WasGivenUp).Select(trial => trial.Loss).DefaultIfEmpty(double.NaN).Min();
        var better = controls.Where(trial => trial.Loss < best).ToList();
        yield return better.Count == 0
            ? $"None of {controls.Count} trials that were given up is better than the best that went on."
            : $"{better.Count} of {controls.Count} trials that were given up would have been better than the best that "
                + $"went on ({string.Join(", ", better.Select(trial => trial.Name))}): make the first length longer.";
    }

    /// <summary>What each parameter is worth, with the others as in the best place.</summary>
    private static IEnumerable<string> Slices(SearchOptions search, IReadOnlyList<SearchTrial> trials)
    {
        // All trials have the first length, and losses after different lengths cannot be compared.
        if (SearchSurface.Of([.. trials.Select(trial => (trial.Place, trial.Losses[0] ?? double.NaN))])
            is not { } surface)
            yield break;
        yield return "";
        yield return "Slices through the best place of a Gaussian process over all trials; +- one standard deviation";
        yield return TunnelText.Row("parameter", "best", "loss there", "at the low end", "at the high end");
        foreach (var (index, parameter) in search.Space.Index())
        {
            var slice = surface.Slice(index, SlicePlaces);
            var best = slice.MinBy(place => place.Loss);
            yield return TunnelText.Row(
                parameter.Name, Value(parameter, best.Unit), Place(best), Place(slice[0]), Place(slice[^1]));
        }
        yield return Invariant($"A trial differs from the surface by {surface.Noise:F4}.");

        static string Place((double Unit, double Loss, double Deviation) place) =>
            Invariant($"{place.Loss:F3} +- {place.Deviation:F3}");
    }

    private static string Value(SearchParameter parameter, double unit) =>
        parameter.ValueAt(unit).ToString("R", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
