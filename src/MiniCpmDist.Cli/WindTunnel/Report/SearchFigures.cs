using MiniCpmDist.Cli.Figures;
using MiniCpmDist.Core.WindTunnel;

namespace MiniCpmDist.Cli.WindTunnel.Report;

/// <summary>
/// A search: all trials over each parameter, and the slice through the best place, with two standard deviations to each
/// side.
/// </summary>
internal static class SearchFigures
{
    private const int Places = 60;
    private const double Deviations = 2;

    /// <param name="name">Of the experiment.</param>
    /// <param name="search">Its parameters.</param>
    /// <param name="trials">The trials, with their losses after the first length: all have it.</param>
    public static IEnumerable<Figure> Of(string name, SearchOptions search, IReadOnlyList<SearchTrial> trials)
    {
        var surface = SearchSurface.Of([.. trials.Select(trial => (trial.Place, First(trial)))]);
        foreach (var (index, parameter) in search.Space.Index())
        {
            yield return new Figure(
                $"{name}-{parameter.Name}", $"Trials over {parameter.Name}, and the slice through the best place",
                new FigureAxis(parameter.Name, parameter.IsLogarithmic), LossFigures.NatsPerToken,
                [
                    new FigureSeries(
                        "trials", 5,
                        [
                            .. trials.Select(trial => new FigurePoint(
                                parameter.ValueAt(trial.Place[index]), First(trial), trial.Name)),
                        ],
                        SeriesStyle.Marks),
                    .. surface is null ? [] : Slice(parameter, surface.Slice(index, Places)),
                ]);
        }
    }

    private static double First(SearchTrial trial) => trial.Losses[0] ?? double.NaN;

    private static IEnumerable<FigureSeries> Slice(
        SearchParameter parameter, IReadOnlyList<(double Unit, double Loss, double Deviation)> slice)
    {
        yield return new FigureSeries("slice", 0, At(0), SeriesStyle.Line);
        yield return new FigureSeries("its interval", 0, At(Deviations), SeriesStyle.DashedLine);
        yield return new FigureSeries("", 0, At(-Deviations), SeriesStyle.DashedLine);

        List<FigurePoint> At(double deviations) =>
        [
            .. slice.Select(place => new FigurePoint(
                parameter.ValueAt(place.Unit), place.Loss + deviations * place.Deviation)),
        ];
    }
}
