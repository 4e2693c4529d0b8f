using System.Text;
using static MiniCpmDist.Cli.Charts.SvgText;

namespace MiniCpmDist.Cli.Charts;

/// <summary>
/// Loss curves as one self-contained SVG, in light or dark as the viewer likes: raw training loss thin, smoothed thick,
/// held-out loss as markers with the last value at the right edge, and below the token axis a row of phases for each
/// run.
/// </summary>
internal static partial class SvgLossChart
{
    private const int NameLength = 40;

    /// <summary>The document. Throws <see cref="ArgumentException"/> if no series has a finite point.</summary>
    /// <param name="series">Runs, to be drawn one over the other: a trunk before its branches.</param>
    /// <param name="title">Above the chart, and what a screen reader says first.</param>
    public static string Render(IReadOnlyList<LossSeries> series, string title)
    {
        var window = LossWindow.Around(series);
        var curves = series.Select(one => LossCurve.Of(one, window)).ToList();
        var legend = Legend(curves, out var legendBottom);
        var frame = new SvgFrame(
            window, legendBottom + (window.CutOff is null ? 22 : 36), series.Count(one => one.Phases.Count > 0));

        var svg = new StringBuilder();
        string width = Number(SvgFrame.Width), height = Number(frame.Height);
        var size = $"""width="{width}" height="{height}" viewBox="0 0 {width} {height}" """;
        svg.Append("""<svg xmlns="http://www.w3.org/2000/svg" """)
            .Append($"""{size}role="img" aria-labelledby="loss-title loss-desc">""")
            .Append('\n');
        svg.Append($"""<title id="loss-title">{Escape(title)}</title>""").Append('\n');
        svg.Append($"""<desc id="loss-desc">{Escape(Describe(curves, window))}</desc>""").Append('\n');
        svg.Append(SvgStyle.Sheet()).Append('\n');
        svg.Append("""<rect class="paper" width="100%" height="100%"/>""").Append('\n');
        svg.Append($"""<text class="title" x="{Number(SvgFrame.Left)}" y="32">{Escape(Shorten(title, 80))}</text>""")
            .Append('\n');
        svg.Append(legend);
        AppendAxes(svg, frame);
        AppendPhases(svg, frame, series);
        AppendCurves(svg, frame, curves);
        AppendLastValues(svg, frame, curves);
        return svg.Append("</svg>\n").ToString();
    }

    private static string Describe(List<LossCurve> curves, LossWindow window)
    {
        var runs = curves.Select(curve => $"{curve.Series.Name}: {curve.Outcome()}");
        string first = AxisText.Tokens(Math.Max(0, window.MinTokens)), last = AxisText.Tokens(window.MaxTokens);
        return $"Loss in nats per token from {first} to {last} tokens. "
            + $"At the end of each run: {string.Join("; ", runs)}.";
    }

    // Above the plot: names are as long as users like, and inside the plot they would lie on somebody's curve.
    private static string Legend(List<LossCurve> curves, out double bottom)
    {
        const double Sample = 30, Gap = 26, RowPitch = 20, FirstBaseline = 58;
        var entries = curves
            .Select(curve => (Name: Shorten(curve.Series.Name, NameLength), Outcome: curve.Outcome()))
            .ToList();
        var entryWidth = Sample + Gap + entries.Max(entry => Width($"{entry.Name} {entry.Outcome}", 12));
        var perRow = Math.Max(1, (int)((SvgFrame.Width - SvgFrame.Left) / entryWidth));
        var legend = new StringBuilder();
        bottom = FirstBaseline;
        for (var index = 0; index < curves.Count; index++)
        {
            var x = SvgFrame.Left + index % perRow * entryWidth;
            bottom = FirstBaseline + index / perRow * RowPitch;
            legend.Append($"""<g class="{SvgStyle.ColorClass(index)}">""")
                .Append($"""<path class="line smooth"{SvgStyle.Dash(index)} """)
                .Append($"""d="M{Number(x)} {Number(bottom - 4)}h22"/>""");
            if (curves[index].LastHeldOut is not null)
                legend.Append(Marker(index, x + 11, bottom - 4));
            var (name, outcome) = entries[index];
            legend.Append($"""<text x="{Number(x + Sample)}" y="{Number(bottom)}">{Escape(name)} """)
                .Append($"""<tspan class="muted" dx="4">{Escape(outcome)}</tspan></text></g>""")
                .Append('\n');
        }
        return legend.ToString();
    }

    /// <summary>Shapes besides colours, so that a black-and-white print can still be read.</summary>
    private static string Marker(int series, double x, double y)
    {
        var at = $"M{Number(x)} {Number(y)}";
        return (series % 4) switch
        {
            0 => $"""<circle class="mark" cx="{Number(x)}" cy="{Number(y)}" r="3.6"/>""",
            1 => $"""<path class="mark" d="{at}m-3.4 -3.4h6.8v6.8h-6.8z"/>""",
            2 => $"""<path class="mark" d="{at}m0 -4.6l4.3 7.6h-8.6z"/>""",
            _ => $"""<path class="mark" d="{at}m0 -4.8l4.8 4.8l-4.8 4.8l-4.8 -4.8z"/>""",
        };
    }
}
