using System.Globalization;
using System.Text;
using MiniCpmDist.Cli.Charts;
using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace MiniCpmDist.Cli.Figures;

/// <summary>
/// Draws a figure with ScottPlot, as a picture of pixels and as markup whose marks lead to their runs.
/// </summary>
internal sealed class FigureDrawing : IDisposable
{
    /// <summary>In pixels.</summary>
    public const int Width = 760;

    /// <summary>In pixels.</summary>
    public const int Height = 460;

    // Those of the charts, and two more for marks, which need less contrast than text.
    private static readonly string[] s_palette = [.. SvgStyle.OnWhite, "#5db7f0", "#d08c00"];

    // The first that this system has, so that pictures look alike on most.
    private static readonly string[] s_faces = ["DejaVu Sans", "Liberation Sans", "Noto Sans", "Arial"];

    private const int CircleRadius = 7;
    private const double Margin = 0.06;

    private readonly Plot _plot = new();
    private readonly Figure _figure;

    /// <param name="figure">With a point that it shows.</param>
    public FigureDrawing(Figure figure)
    {
        _figure = figure;
        _plot.Title(figure.Title, 15);
        _plot.XLabel(figure.X.Label, 13);
        _plot.YLabel(figure.Y.Label, 13);
        var installed = SKFontManager.Default.FontFamilies.ToHashSet();
        if (s_faces.FirstOrDefault(installed.Contains) is { } face)
            _plot.Font.Set(face);
        foreach (var series in figure.Series)
            Add(series);
        var shown = figure.Series.SelectMany(series => series.Points).Where(figure.Shows).ToList();
        var (left, right) = Range(figure.X, shown.Select(point => point.X));
        var (bottom, top) = Range(figure.Y, shown.Select(point => point.Y));
        _plot.Axes.SetLimits(left, right, bottom, top);
        _plot.Axes.Bottom.TickGenerator = Ticks(figure.X, left, right);
        _plot.Axes.Left.TickGenerator = Ticks(figure.Y, bottom, top);
        if (figure.Series.Any(series => series.Name.Length > 0))
            _plot.ShowLegend(Edge.Right);
        else
            _plot.HideLegend();
    }

    /// <summary>
    /// A PNG picture. Its letters are those of a font of this system; without one they are empty boxes.
    /// </summary>
    public byte[] Png() => _plot.GetImageBytes(Width, Height, ImageFormat.Png);

    /// <summary>An <c>svg</c> element for a page. A mark is a link to its run.</summary>
    /// <param name="linkOf">The address of a run; null where it has none.</param>
    public string Svg(Func<string, string?> linkOf)
    {
        var drawn = _plot.GetSvgXml(Width, Height);
        // Without what only a file needs, and with a face that a viewer has where this system's is not there.
        var begin = drawn.IndexOf("<svg", StringComparison.Ordinal);
        var end = drawn.LastIndexOf("</svg>", StringComparison.Ordinal);
        var svg = new StringBuilder(drawn[begin..end]);
        foreach (var face in s_faces)
            svg.Replace($"font-family=\"{face}\"", $"font-family=\"{face}, sans-serif\"");
        // Names that the drawing refers to must be its own in a page of many.
        svg.Replace("id=\"cl_", $"id=\"{_figure.Name}-cl_").Replace("url(#cl_", $"url(#{_figure.Name}-cl_");
        svg.Replace("<svg ", $"<svg role=\"img\" aria-label=\"{SvgText.Escape(_figure.Title)}\" ", 0, 5);
        foreach (var point in _figure.Series.SelectMany(series => series.Points).Where(_figure.Shows))
        {
            if (point.Run is { } run)
                svg.Append(Mark(point, run, linkOf(run)));
        }
        return svg.Append("</svg>").ToString();
    }

    public void Dispose() => _plot.Dispose();

    private string Mark(FigurePoint point, string run, string? link)
    {
        var pixel = _plot.GetPixel(new Coordinates(_figure.X.PlaceOf(point.X), _figure.Y.PlaceOf(point.Y)));
        var says = SvgText.Escape(string.Create(CultureInfo.InvariantCulture, $"{run}: {point.X:G6}, {point.Y:G6}"));
        var circle = $"<circle class=\"mark\" cx=\"{SvgText.Number(pixel.X)}\" cy=\"{SvgText.Number(pixel.Y)}\" "
            + $"r=\"{CircleRadius}\"><title>{says}</title></circle>";
        return link is null ? circle : $"<a href=\"{SvgText.Escape(link)}\">{circle}</a>";
    }

    private void Add(FigureSeries series)
    {
        var points = series.Points.Where(_figure.Shows).ToList();
        if (points.Count == 0)
            return;
        double[] x = [.. points.Select(point => _figure.X.PlaceOf(point.X))];
        double[] y = [.. points.Select(point => _figure.Y.PlaceOf(point.Y))];
        var color = Color.FromHex(s_palette[series.Color % s_palette.Length]);
        if (series.Style == SeriesStyle.DashedLine)
        {
            AddDashes(series.Name, x, y, color);
            return;
        }
        var drawn = _plot.Add.Scatter(x, y, color);
        drawn.LegendText = series.Name;
        drawn.LineWidth = series.Style is SeriesStyle.Marks or SeriesStyle.OpenMarks ? 0 : 1.6f;
        drawn.MarkerShape = series.Style == SeriesStyle.OpenMarks ? MarkerShape.OpenDiamond : MarkerShape.FilledCircle;
        drawn.MarkerSize = series.Style switch
        {
            SeriesStyle.Line => 0,
            SeriesStyle.OpenMarks => 11,
            _ => 7,
        };
        foreach (var point in points)
        {
            if (point.Reach is { } reach)
                AddInterval(point, reach, color);
        }
    }

    // Skia has no dashed lines in markup: every other stretch is drawn.
    private void AddDashes(string name, double[] x, double[] y, Color color)
    {
        for (var i = 0; i + 1 < x.Length; i += 2)
        {
            var dash = _plot.Add.Line(x[i], y[i], x[i + 1], y[i + 1]);
            dash.Color = color;
            dash.LineWidth = 1.4f;
            dash.LegendText = i == 0 ? name : "";
        }
    }

    private void AddInterval(FigurePoint point, double reach, Color color)
    {
        var (low, high) = (point.Y - reach, point.Y + reach);
        if (!_figure.Y.Has(low) || !_figure.Y.Has(high))
            return;
        var x = _figure.X.PlaceOf(point.X);
        var line = _plot.Add.Line(x, _figure.Y.PlaceOf(low), x, _figure.Y.PlaceOf(high));
        line.Color = color;
        line.LineWidth = 1;
    }

    // A little room on both sides; a single value gets an axis around it.
    private static (double Low, double High) Range(FigureAxis axis, IEnumerable<double> values)
    {
        var places = values.Select(axis.PlaceOf).ToList();
        var (low, high) = (places.Min(), places.Max());
        var room = high > low ? Margin * (high - low) : Math.Max(Math.Abs(high), 1) * Margin;
        return (low - room, high + room);
    }

    private static NumericManual Ticks(FigureAxis axis, double low, double high)
    {
        var (from, to) = axis.IsLogarithmic ? (Math.Pow(10, low), Math.Pow(10, high)) : (low, high);
        var values = axis.Ticks(from, to);
        return new NumericManual([.. values.Select(axis.PlaceOf)], [.. values.Select(Text)]);
    }

    private static string Text(double value) => Math.Abs(value) >= 1000
        ? AxisText.Tokens(value)
        : value.ToString("G4", CultureInfo.InvariantCulture);
}
