using System.Text;
using static MiniCpmDist.Cli.Charts.SvgText;

namespace MiniCpmDist.Cli.Charts;

// The plot area: axes, curves, and the last held-out values beside it.
internal static partial class SvgLossChart
{
    private const double LabelGap = 16;

    private static void AppendAxes(StringBuilder svg, SvgFrame frame)
    {
        var window = frame.Window;
        var across = NiceTicks.Between(window.MinTokens, window.MaxTokens, 10, smallestStep: 1);
        var upwards = NiceTicks.Between(window.MinLoss, window.MaxLoss, 8);
        string left = Number(SvgFrame.Left), bottom = Number(frame.Bottom), labelEdge = Number(SvgFrame.Left - 8);
        foreach (var loss in upwards.Values)
        {
            var y = frame.Y(loss);
            svg.Append($"""<path class="grid" d="M{left} {Number(y)}h{Number(SvgFrame.PlotWidth)}"/>""");
            svg.Append($"""<text class="muted" text-anchor="end" x="{labelEdge}" y="{Number(y + 4)}">""")
                .Append($"{AxisText.LossTick(loss, upwards.Step)}</text>\n");
        }
        foreach (var tokens in across.Values)
        {
            var x = frame.X(tokens);
            svg.Append($"""<path class="axis" d="M{Number(x)} {bottom}v5"/>""");
            svg.Append($"""<text class="muted" text-anchor="middle" x="{Number(x)}" y="{Number(frame.Bottom + 18)}">""")
                .Append($"{AxisText.Tokens(tokens)}</text>\n");
        }
        svg.Append($"""<path class="axis" d="M{left} {bottom}h{Number(SvgFrame.PlotWidth)}"/>""").Append('\n');
        var middle = Number(frame.Top + SvgFrame.PlotHeight / 2);
        svg.Append($"""<text class="muted" text-anchor="middle" transform="translate(22 {middle}) rotate(-90)">""")
            .Append($"loss (nats per token)</text>\n");
        string centre = Number(SvgFrame.Left + SvgFrame.PlotWidth / 2), below = Number(frame.Bottom + 36);
        svg.Append($"""<text class="muted" text-anchor="middle" x="{centre}" y="{below}">""")
            .Append($"tokens</text>\n");
        if (window.CutOff is { } highest)
            svg.Append($"""<text class="muted" x="{Number(SvgFrame.Left)}" y="{Number(frame.Top - 8)}">""")
                .Append($"↑ the first steps, up to {AxisText.Loss(highest)}, lie above</text>\n");
    }

    private static void AppendCurves(StringBuilder svg, SvgFrame frame, List<LossCurve> curves)
    {
        // A nested viewport clips without an id, which would clash where two charts share a page.
        string left = Number(SvgFrame.Left), top = Number(frame.Top);
        string width = Number(SvgFrame.PlotWidth), height = Number(SvgFrame.PlotHeight);
        svg.Append($"""<svg x="{left}" y="{top}" width="{width}" height="{height}" """)
            .Append($"""viewBox="{left} {top} {width} {height}">""")
            .Append('\n');
        for (var index = 0; index < curves.Count; index++)
        {
            svg.Append($"""<path class="line raw {SvgStyle.ColorClass(index)}" """)
                .Append($"""d="{Path(curves[index].Raw, frame)}"/>""")
                .Append('\n');
        }
        for (var index = 0; index < curves.Count; index++)
        {
            svg.Append($"""<path class="line smooth {SvgStyle.ColorClass(index)}"{SvgStyle.Dash(index)} """)
                .Append($"""d="{Path(curves[index].Smooth, frame)}"/>""")
                .Append('\n');
        }
        svg.Append("</svg>\n");
        // Markers may touch the edges of the plot, so they are not clipped; those above it are left out.
        for (var index = 0; index < curves.Count; index++)
        {
            var series = curves[index].Series;
            svg.Append($"""<g class="{SvgStyle.ColorClass(index)}">""");
            foreach (var point in series.HeldOut.Where(point => point.Loss <= frame.Window.MaxLoss))
                svg.Append(Marker(index, frame.X(point.Tokens), frame.Y(point.Loss)));
            // A run of one step has no line to see.
            if (series.Training is [var only])
            {
                string x = Number(frame.X(only.Tokens)), y = Number(frame.Y(only.Loss));
                svg.Append($"""<circle class="own" cx="{x}" cy="{y}" r="3.5"/>""");
            }
            svg.Append("</g>\n");
        }
    }

    private static string Path(IReadOnlyList<LossPoint> points, SvgFrame frame)
    {
        var path = new StringBuilder(points.Count * 10);
        foreach (var point in points)
            path.Append(path.Length == 0 ? 'M' : ' ')
                .Append(Number(frame.X(point.Tokens)))
                .Append(' ')
                .Append(Number(frame.Y(point.Loss)));
        return path.ToString();
    }

    /// <summary>The last held-out values, in the right margin, each with a line from its marker.</summary>
    private static void AppendLastValues(StringBuilder svg, SvgFrame frame, List<LossCurve> curves)
    {
        var labelled = Enumerable.Range(0, curves.Count)
            .Where(index => curves[index].LastHeldOut is { } last && last.Loss <= frame.Window.MaxLoss)
            .Select(index => (Index: index, Point: curves[index].LastHeldOut!.Value))
            .ToList();
        var places = LabelSpread.Spread(
            [.. labelled.Select(label => frame.Y(label.Point.Loss))], LabelGap, frame.Top + 24, frame.Bottom - 4);
        if (places.Count > 0)
        {
            var top = Number(places.Min() - LabelGap + 4);
            svg.Append($"""<text class="muted" x="{Number(SvgFrame.Right + 20)}" y="{top}">held-out</text>""")
                .Append('\n');
        }
        foreach (var ((index, point), place) in labelled.Zip(places))
        {
            double x = frame.X(point.Tokens), y = frame.Y(point.Loss);
            var lead = $"M{Number(x + 5)} {Number(y)}L{Number(Math.Max(x + 5, SvgFrame.Right + 5))} {Number(y)}"
                + $"L{Number(SvgFrame.Right + 16)} {Number(place)}";
            svg.Append($"""<g class="{SvgStyle.ColorClass(index)}"><path class="lead" d="{lead}"/>""");
            svg.Append($"""<text class="value" x="{Number(SvgFrame.Right + 20)}" y="{Number(place + 4)}">""")
                .Append($"{AxisText.Loss(point.Loss)}</text></g>\n");
        }
    }
}
