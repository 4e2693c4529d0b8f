using MiniCpmDist.Cli.Charts;
using MiniCpmDist.Cli.Figures;
using MiniCpmDist.Runs.WindTunnel;

namespace MiniCpmDist.Cli.WindTunnel.Report;

/// <summary>Loss over tokens of runs: branches leave their trunk, and a decay shows as a drop.</summary>
internal static class LossFigures
{
    private const int Buckets = 150;

    // A share of the longest run's tokens.
    private const double Bandwidth = 0.012;

    public static readonly FigureAxis Tokens = new("tokens", IsLogarithmic: true);
    public static readonly FigureAxis NatsPerToken = new("loss, nats a token");
    public static readonly FigureAxis NatsPerByte = new("held-out loss, nats a byte", IsLogarithmic: true);

    /// <summary>Smoothed training losses as lines, and where a run ended its held-out loss as a mark.</summary>
    /// <param name="name">Of the figure's files.</param>
    /// <param name="title">Above it.</param>
    /// <param name="runs">Runs with the word of the legend that each belongs to.</param>
    public static Figure Of(string name, string title, IEnumerable<(string Group, MeasuredRun Run)> runs)
    {
        var drawn = runs.Select(one => (one.Group, one.Run, Series: SeriesOf(one.Run)))
            .Where(one => one.Series.Training.Count > 0)
            .ToList();
        var groups = drawn.Select(one => one.Group).Distinct().ToList();
        // One width for all, so that none looks calmer than another.
        var width = Bandwidth * drawn.Select(one => (double)one.Series.Training[^1].Tokens).DefaultIfEmpty(1).Max();
        var series = new List<FigureSeries>();
        foreach (var (group, run, loss) in drawn)
        {
            var color = groups.IndexOf(group);
            var smooth = Smoothing.Smooth(Thinning.Means(loss.Training, Buckets), width);
            series.Add(new FigureSeries(
                series.Exists(one => one.Name == group) ? "" : group, color,
                [.. smooth.Select(point => new FigurePoint(point.Tokens, point.Loss))], SeriesStyle.Line));
            if (run is { IsFinished: true, HeldOut: [.., var last] })
            {
                series.Add(new FigureSeries(
                    "", color, [new FigurePoint(last.Tokens, last.Loss, run.Name)], SeriesStyle.Marks));
            }
        }
        return new Figure(name, title, new FigureAxis("tokens"), NatsPerToken, series);
    }

    // The first steps are far above the rest: the picture begins where the warmup is over.
    private static LossSeries SeriesOf(MeasuredRun run) => new(
        run.Name,
        [
            .. run.Steps.Where(step => step.Tokens > run.Options.Schedule.Warmup)
                .Select(step => new LossPoint(step.Tokens, step.Loss)),
        ],
        [], []);
}
