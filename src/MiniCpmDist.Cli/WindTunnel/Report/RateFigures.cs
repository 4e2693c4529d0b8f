using MiniCpmDist.Cli.Figures;
using MiniCpmDist.Core.WindTunnel;

namespace MiniCpmDist.Cli.WindTunnel.Report;

/// <summary>A study of learning rates: loss over the rate, one line a size (arXiv 2404.06395, figure 3).</summary>
internal static class RateFigures
{
    /// <param name="name">Of the experiment.</param>
    /// <param name="options">With rates.</param>
    /// <param name="lossOf">The loss of a run by its name; null where the run has no loss, or has diverged.</param>
    public static IEnumerable<Figure> Of(string name, TunnelOptions options, Func<string, double?> lossOf)
    {
        var study = options.Rates!;
        foreach (var isStandard in study.WithStandard ? (bool[])[false, true] : [false])
        {
            yield return new Figure(
                $"{name}-{(isStandard ? "standard" : "mup")}",
                isStandard ? "Standard parametrisation" : "muP",
                new FigureAxis("learning rate", IsLogarithmic: true), LossFigures.NatsPerToken,
                [
                    .. options.Sizes.Index().Select(size => new FigureSeries(
                        $"{size.Item.Name}, width {size.Item.Shape.HiddenSize}", size.Index,
                        [
                            .. study.Rates.Order().Select(rate =>
                            {
                                var over = RateTable.Over(study, seed => lossOf(
                                    TunnelPlan.RateRun(name, size.Item.Name, rate, isStandard, seed)));
                                return new FigurePoint(
                                    rate, over?.Mean ?? double.NaN,
                                    TunnelPlan.RateRun(name, size.Item.Name, rate, isStandard),
                                    over is { Spread: > 0 } known ? known.Spread : null);
                            }),
                        ])),
                ]);
        }
    }
}
