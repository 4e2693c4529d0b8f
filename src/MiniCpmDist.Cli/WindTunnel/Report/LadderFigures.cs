using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Figures;
using MiniCpmDist.Core.ScalingLaws;
using MiniCpmDist.Core.WindTunnel;
using MiniCpmDist.Runs.WindTunnel;

namespace MiniCpmDist.Cli.WindTunnel.Report;

/// <summary>A ladder: its trunks and decays, and L(N, D) through their ends.</summary>
internal static class LadderFigures
{
    private const int LawPoints = 60;

    /// <param name="name">Of the experiment.</param>
    /// <param name="options">With a ladder.</param>
    /// <param name="plan">Its runs.</param>
    /// <param name="read">Those that have begun.</param>
    public static IEnumerable<Figure> Courses(
        string name, TunnelOptions options, IReadOnlyList<PlannedRun> plan, IReadOnlyList<MeasuredRun> read)
    {
        var shapes = options.Sizes.ToDictionary(size => size.Shape, size => size.Name);
        var runs = plan.Join(read, planned => planned.Name, run => run.Name, (planned, run) => (
            shapes.GetValueOrDefault(planned.Options.Model.Shape, ""), run));
        yield return LossFigures.Of($"{name}-loss", "Trunks and the decays that leave them", runs);
    }

    /// <summary>Ends of decays over tokens, with the law of each size as a dashed line.</summary>
    public static Figure Law(string name, LossLawFit fit, IReadOnlyList<ScalingPoint> heldOut)
    {
        var series = new List<FigureSeries>();
        var sizes = fit.Points.Concat(heldOut).GroupBy(point => point.Parameters).OrderBy(size => size.Key);
        var (first, last) = (
            fit.Points.Concat(heldOut).Min(point => point.Tokens),
            fit.Points.Concat(heldOut).Max(point => point.Tokens));
        foreach (var (color, size) in sizes.Index())
        {
            var wasFitted = fit.Points.Contains(size.First());
            var label = $"{ProgressText.Tokens((long)size.Key)}{(wasFitted ? "" : ", held out")}";
            series.Add(new FigureSeries(
                label, color, [.. size.OrderBy(point => point.Tokens).Select(Point)],
                wasFitted ? SeriesStyle.Marks : SeriesStyle.OpenMarks));
            series.Add(new FigureSeries(
                "", color,
                [
                    .. Enumerable.Range(0, LawPoints)
                        .Select(i => first * Math.Pow(last / first, (double)i / (LawPoints - 1)))
                        .Select(tokens => new FigurePoint(tokens, fit.Law.Loss(size.Key, tokens))),
                ],
                SeriesStyle.DashedLine));
        }
        return new Figure(
            $"{name}-law", "L(N, D): ends of decays and the fitted law", LossFigures.Tokens, LossFigures.NatsPerByte,
            series);
    }

    private static FigurePoint Point(ScalingPoint point) => new(point.Tokens, point.Loss, point.Run);
}
