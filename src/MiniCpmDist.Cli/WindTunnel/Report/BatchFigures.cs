using MiniCpmDist.Cli.Figures;
using MiniCpmDist.Core.ScalingLaws;
using MiniCpmDist.Runs.WindTunnel;

namespace MiniCpmDist.Cli.WindTunnel.Report;

/// <summary>A batch study: contours of equal loss with their lowest points, and the line through these.</summary>
internal static class BatchFigures
{
    private const int LinePoints = 60;
    private static readonly FigureAxis s_batch = new("tokens of a step", IsLogarithmic: true);

    /// <summary>The tokens that each batch takes to a loss (arXiv 2404.06395, figure 1).</summary>
    /// <param name="name">Of the experiment.</param>
    /// <param name="contours">All, the rejected ones too.</param>
    /// <param name="runs">The runs.</param>
    public static Figure Contours(
        string name, IReadOnlyList<LossContour> contours, IReadOnlyList<MeasuredRun> runs)
    {
        var runOf = runs.GroupBy(run => (TunnelPoints.SizeOf(run), run.Options.Schedule.TokenBatch))
            .ToDictionary(group => group.Key, group => group.First().Name);
        var series = new List<FigureSeries>();
        foreach (var (color, size) in contours.GroupBy(contour => contour.Size).Index())
        {
            foreach (var (number, contour) in size.Where(one => one.Points.Count > 0).Index())
            {
                series.Add(new FigureSeries(
                    number == 0 ? size.Key : "", color,
                    [
                        .. contour.Points.Select(point => new FigurePoint(
                            point.Batch, point.Tokens, runOf.GetValueOrDefault((size.Key, (long)point.Batch)))),
                    ]));
                if (contour.Vertex is { } vertex && contour.TokensAt(vertex) is { } tokens)
                    series.Add(new FigureSeries("", color, [new FigurePoint(vertex, tokens)], SeriesStyle.OpenMarks));
            }
        }
        return new Figure(
            $"{name}-contours", "Tokens to a loss, over the batch", s_batch, LossFigures.Tokens, series);
    }

    /// <summary>The cheapest batch over the loss, with the line through it (figure 2).</summary>
    public static Figure Law(string name, BatchLawFit fit)
    {
        var accepted = fit.Contours.Where(contour => contour.Vertex is not null).ToList();
        var (low, high) = (accepted.Min(contour => contour.Loss), accepted.Max(contour => contour.Loss));
        return new Figure(
            $"{name}-law", "The cheapest batch", new FigureAxis("loss, nats a token", IsLogarithmic: true), s_batch,
            [
                .. accepted.GroupBy(contour => contour.Size).Index().Select(size => new FigureSeries(
                    size.Item.Key, size.Index,
                    [.. size.Item.Select(contour => new FigurePoint(contour.Loss, contour.Vertex!.Value))],
                    SeriesStyle.OpenMarks)),
                new FigureSeries(
                    FormattableString.Invariant($"{fit.Scale:G3} / loss^{fit.Exponent:F2}"), 5,
                    [
                        .. Enumerable.Range(0, LinePoints)
                            .Select(i => low * Math.Pow(high / low, (double)i / (LinePoints - 1)))
                            .Select(loss => new FigurePoint(loss, fit.Batch(loss))),
                    ],
                    SeriesStyle.DashedLine),
            ]);
    }
}
