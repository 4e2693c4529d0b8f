using System.Globalization;
using System.Text;
using MiniCpmDist.Cli.Charts;

namespace MiniCpmDist.Cli.Control;

/// <summary>The learning rate over tokens, before and after a command, drawn in the terminal and as SVG.</summary>
internal static class ScheduleChart
{
    private const int Rows = 10;
    private const int Margin = 9;

    /// <summary>In braille the thin dots are the old course, and the full line is the new one.</summary>
    public static string Terminal(SchedulePreview preview, int width)
    {
        var columns = Math.Max(20, width - Margin - 1);
        var canvas = new BrailleCanvas(columns, Rows);
        var peak = Peak(preview);
        // The old course is drawn first and dotted, so that the new one lies on it where both run.
        foreach (var (tokens, rate) in preview.Curve(preview.Before, canvas.DotColumns))
        {
            var x = X(tokens);
            if (x % 4 < 1)
                canvas.Set(x, Y(rate), 0);
        }

        var last = -1;
        foreach (var (tokens, rate) in preview.Curve(preview.After, canvas.DotColumns))
        {
            if (tokens < preview.Tokens)
                continue;
            var y = Y(rate);
            last = last < 0 ? y : last;
            // Points in between keep steep parts connected.
            for (var between = Math.Min(last, y); between <= Math.Max(last, y); between++)
                canvas.Set(X(tokens), between, 1);
            last = y;
        }

        var here = (int)Math.Min(columns - 1, preview.Tokens * columns / preview.End);
        var chart = new StringBuilder();
        for (var row = 0; row < Rows; row++)
        {
            var label = row == 0 ? Rate(peak) : row == Rows - 1 ? "0" : "";
            chart.Append(label.PadLeft(Margin - 1)).Append(row is 0 or Rows - 1 ? '┤' : '│');
            for (var column = 0; column < columns; column++)
            {
                var (character, owner) = canvas.Cell(column, row);
                chart.Append(owner is null && column == here ? '┊' : character);
            }

            chart.Append('\n');
        }

        var end = AxisText.Tokens(preview.End) + " tokens";
        chart.Append(' ', Margin - 1).Append('└').Append('─', columns).Append('\n');
        chart.Append(' ', Margin).Append('0').Append(end.PadLeft(columns - 1)).Append('\n');
        chart.Append(' ', Margin).Append(
            $"learning rate: full line after, dotted before; ┊ now, at {AxisText.Tokens(preview.Tokens)}");
        return chart.ToString();

        int X(long tokens) => (int)Math.Min(canvas.DotColumns - 1, (double)tokens / preview.End * canvas.DotColumns);
        int Y(double rate) => (int)Math.Round((1 - rate / peak) * (canvas.DotRows - 1));
    }

    /// <summary>The document.</summary>
    public static string Svg(SchedulePreview preview, string title)
    {
        const double Width = 960, Height = 360, Left = 76, Top = 60, Right = 930, Bottom = 310;
        var peak = Peak(preview);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture,
            $"""<svg xmlns="http://www.w3.org/2000/svg" width="{Width}" height="{Height}" """)
            .Append(CultureInfo.InvariantCulture, $"""viewBox="0 0 {Width} {Height}" role="img">""").Append('\n')
            .Append(SvgStyle.Sheet()).Append('\n')
            .Append("""<rect class="paper" width="100%" height="100%"/>""").Append('\n')
            .Append(Text("title", Left, 32, SvgText.Shorten(title, 90)))
            .Append(Line("axis",
                $"M{SvgText.Number(Left)} {SvgText.Number(Top)}V{SvgText.Number(Bottom)}H{SvgText.Number(Right)}"))
            .Append(Line("turn s1",
                $"M{SvgText.Number(X(preview.Tokens))} {SvgText.Number(Top)}V{SvgText.Number(Bottom)}"))
            .Append(Text("small", 8, Top + 4, Rate(peak))).Append(Text("small", Left - 14, Bottom + 4, "0"))
            .Append(Text("small", X(preview.Tokens) + 4, Top - 6, $"now, {AxisText.Tokens(preview.Tokens)}"))
            .Append(Text("small", Right - 90, Bottom + 20, $"{AxisText.Tokens(preview.End)} tokens"))
            .Append(Line("line s5", Path(preview.Curve(preview.Before, 400)), " stroke-dasharray=\"4 4\""))
            .Append(Line("line smooth s0", Path(preview.Curve(preview.After, 400)
                .Where(point => point.Tokens >= preview.Tokens))))
            .Append(Text("small", Left, Bottom + 38, "learning rate: full line after the command, dashed before"));
        return svg.Append("</svg>\n").ToString();

        double X(double tokens) => Left + tokens / preview.End * (Right - Left);
        string Path(IEnumerable<(long Tokens, double Rate)> points) => "M" + string.Join('L', points.Select(point =>
            $"{SvgText.Number(X(point.Tokens))} {SvgText.Number(Bottom - point.Rate / peak * (Bottom - Top))}"));
    }

    private static string Line(string kind, string path, string more = "") =>
        $"""<path class="{kind}" fill="none" d="{path}"{more}/>""" + "\n";

    private static string Text(string kind, double x, double y, string text) =>
        $"""<text class="{kind}" x="{SvgText.Number(x)}" y="{SvgText.Number(y)}">{SvgText.Escape(text)}</text>"""
            + "\n";

    private static double Peak(SchedulePreview preview) =>
        Math.Max(preview.Before.Options.LearningRate, preview.After.Options.LearningRate);

    private static string Rate(double rate) => rate.ToString("0.##e-0", CultureInfo.InvariantCulture);
}
