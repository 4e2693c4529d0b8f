using System.Text;

namespace MiniCpmDist.Cli.Charts;

/// <summary>
/// Loss curves for a terminal: smoothed training loss in braille dots, axes, and a legend with the last values.
/// </summary>
internal static class TerminalLossChart
{
    private const int WidestChart = 100, TallestChart = 20;
    private const int NarrowestChart = 30, LowestChart = 10;
    private const int LeastPlotRows = 5;
    private const int RowsAroundPlot = 3;

    /// <summary>Columns right of the plot: a blank and room for the letters of two runs.</summary>
    private const int Gutter = 3;

    // Mid-tones of the 256 colours, readable on black and on white, in the order of the SVG's palette.
    private static readonly int[] s_colors = [32, 166, 36, 169, 136, 245];

    /// <summary>
    /// Lines of text, each at most <paramref name="width"/> columns; <see cref="ArgumentException"/> if no series has a
    /// finite point.
    /// </summary>
    /// <param name="series">Runs; later ones are drawn over earlier ones.</param>
    /// <param name="width">Columns to use, taken as 30 to 100.</param>
    /// <param name="height">Rows to use, taken as 10 to 20.</param>
    /// <param name="useColor">With ANSI colours.</param>
    public static string Render(IReadOnlyList<LossSeries> series, int width, int height, bool useColor = false)
    {
        width = Math.Clamp(width, NarrowestChart, WidestChart);
        height = Math.Clamp(height, LowestChart, TallestChart);
        var window = LossWindow.Around(series);
        var curves = series.Select(one => LossCurve.Of(one, window)).ToList();
        var legend = Legend(curves, width, height - RowsAroundPlot - LeastPlotRows, useColor);
        var plotRows = height - RowsAroundPlot - legend.Count;

        var upwards = NiceTicks.Between(window.MinLoss, window.MaxLoss, Math.Max(2, (plotRows - 1) / 2));
        var rowLabels = upwards.Values
            .GroupBy(loss => (int)Math.Round(window.Down(loss) * (plotRows - 1)))
            .ToDictionary(group => group.Key, group => AxisText.LossTick(group.First(), upwards.Step));
        var margin = rowLabels.Values.Select(label => label.Length).DefaultIfEmpty(0).Max();
        var plotColumns = width - margin - 2 - Gutter;

        var canvas = new BrailleCanvas(plotColumns, plotRows);
        var letters = new Dictionary<(int Column, int Row), int>();
        for (var index = 0; index < curves.Count; index++)
            Draw(canvas, letters, curves[index], window, index);

        var chart = new StringBuilder();
        chart.Append("loss (nats per token)");
        if (window.CutOff is { } highest)
            chart.Append($"; first steps up to {AxisText.Loss(highest)}");
        chart.Append('\n');
        for (var row = 0; row < plotRows; row++)
        {
            var label = rowLabels.GetValueOrDefault(row);
            chart.Append((label ?? "").PadLeft(margin)).Append(label is null ? " │" : " ┤");
            AppendRow(chart, canvas, letters, row, plotColumns + Gutter, useColor);
            chart.Append('\n');
        }
        AppendTokenAxis(chart, window, margin + 1, plotColumns);
        return chart.AppendJoin('\n', legend).Append('\n').ToString();
    }

    private static void Draw(
        BrailleCanvas canvas, Dictionary<(int Column, int Row), int> letters, LossCurve curve, LossWindow window,
        int index)
    {
        var points = curve.Smooth.Count > 0 ? curve.Smooth : curve.Series.HeldOut;
        if (points.Count == 0)
            return;
        int X(LossPoint point) => (int)Math.Round(window.Across(point.Tokens) * (canvas.DotColumns - 1));
        // Kept just above the canvas where it lies far above: a dot a million rows away would still have to be walked
        // to.
        int Y(LossPoint point) => (int)Math.Round(Math.Max(-1, window.Down(point.Loss) * (canvas.DotRows - 1)));

        var (x, y) = (X(points[0]), Y(points[0]));
        canvas.Set(x, y, index);
        foreach (var point in points.Skip(1))
        {
            var (nextX, nextY) = (X(point), Y(point));
            var steps = Math.Max(nextX - x, Math.Abs(nextY - y));
            for (var step = 1; step <= steps; step++)
                canvas.Set(x + (nextX - x) * step / steps, y + (nextY - y) * step / steps, index);
            (x, y) = (nextX, nextY);
        }
        PlaceLetter(letters, x / 2 + 2, Math.Max(0, y) / 4, canvas, index);
    }

    // The letter stands after the end of its line, or as near to it as other letters let it.
    private static void PlaceLetter(
        Dictionary<(int Column, int Row), int> letters, int column, int row, BrailleCanvas canvas, int index)
    {
        var lastColumn = canvas.DotColumns / 2 + Gutter - 1;
        var lastRow = canvas.DotRows / 4 - 1;
        var free = Enumerable.Range(0, lastRow + 1)
            .OrderBy(candidate => Math.Abs(candidate - row))
            .SelectMany(
                candidate => Enumerable.Range(column, Math.Max(1, lastColumn - column + 1)),
                (candidate, place) => (place, candidate))
            .Where(place => !letters.ContainsKey(place));
        foreach (var place in free.Take(1))
            letters[place] = index;
    }

    private static void AppendRow(
        StringBuilder chart, BrailleCanvas canvas, Dictionary<(int Column, int Row), int> letters, int row, int columns,
        bool useColor)
    {
        var line = new StringBuilder();
        var visible = 0;
        for (var column = 0; column < columns; column++)
        {
            var (character, owner) = column * 2 < canvas.DotColumns ? canvas.Cell(column, row) : (' ', null);
            if (letters.TryGetValue((column, row), out var named))
                (character, owner) = (Letter(named), named);
            line.Append(owner is { } series ? Paint(character.ToString(), series, useColor) : character);
            if (owner is not null)
                visible = line.Length;
        }
        chart.Append(line, 0, visible);
    }

    private static void AppendTokenAxis(StringBuilder chart, LossWindow window, int margin, int columns)
    {
        var ticks = NiceTicks.Between(window.MinTokens, window.MaxTokens, Math.Max(2, columns / 12), smallestStep: 1);
        var axis = new StringBuilder().Append(' ', margin).Append('└').Append('─', columns);
        var labels = new StringBuilder().Append(' ', margin + 1 + columns + Gutter);
        const string Unit = " tokens";
        foreach (var tokens in ticks.Values)
        {
            var column = margin + 1 + (int)Math.Round(window.Across(tokens) * (columns - 1));
            axis[column] = '┬';
            var text = AxisText.Tokens(tokens) + (tokens == ticks.Values[^1] ? Unit : "");
            var start = Math.Min(
                Math.Max(margin, column - AxisText.Tokens(tokens).Length / 2), labels.Length - text.Length);
            // The last one carries the unit and is worth more than the one it may have to push away.
            for (var place = start - 1; place >= 0 && labels[place] != ' '; place--)
                labels[place] = ' ';
            labels.Remove(start, text.Length).Insert(start, text);
        }
        chart.Append(axis).Append('\n').Append(labels.ToString().TrimEnd()).Append('\n');
    }

    private static List<string> Legend(List<LossCurve> curves, int width, int most, bool useColor)
    {
        var shown = curves.Count <= most ? curves.Count : most - 1;
        var room = Math.Max(8, width - 4 - curves.Max(curve => curve.Outcome().Length));
        var names = curves.Take(shown).Select(curve => SvgText.Shorten(curve.Series.Name, room)).ToList();
        var longest = names.Select(name => name.Length).DefaultIfEmpty(0).Max();
        var lines = names.Select((name, index) =>
            Paint(Letter(index).ToString(), index, useColor) + Cut(
                $" {name.PadRight(longest)}  {curves[index].Outcome()}", width - 1)).ToList();
        if (shown < curves.Count)
            lines.Add($"and {curves.Count - shown} more");
        return lines;
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length];

    private static char Letter(int series) => (char)('A' + series % 26);

    private static string Paint(string text, int series, bool useColor) =>
        useColor ? $"\u001b[38;5;{s_colors[series % s_colors.Length]}m{text}\u001b[0m" : text;
}
