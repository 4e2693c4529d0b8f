namespace MiniCpmDist.Cli.Figures;

/// <summary>Points of a figure that belong together.</summary>
/// <param name="Name">In the legend; empty for none.</param>
/// <param name="Color">A number; the same number is the same colour.</param>
/// <param name="Points">In the order in which a line connects them.</param>
/// <param name="Style">What is drawn.</param>
internal sealed record FigureSeries(
    string Name, int Color, IReadOnlyList<FigurePoint> Points, SeriesStyle Style = SeriesStyle.LineAndMarks);
