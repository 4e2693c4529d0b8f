namespace MiniCpmDist.Cli.Figures;

/// <summary>A figure of measured runs: what a drawing of it shows, and a table of it says.</summary>
/// <param name="Name">Of its files, without an ending.</param>
/// <param name="Title">Above it.</param>
/// <param name="X">The horizontal axis.</param>
/// <param name="Y">The vertical axis.</param>
/// <param name="Series">In the order in which they are drawn.</param>
internal sealed record Figure(string Name, string Title, FigureAxis X, FigureAxis Y, IReadOnlyList<FigureSeries> Series)
{
    /// <summary>True where no series has a point that an axis can show.</summary>
    public bool IsEmpty => Series.All(series => !series.Points.Any(Shows));

    /// <summary>True for a point that has a place on both axes.</summary>
    public bool Shows(FigurePoint point) => X.Has(point.X) && Y.Has(point.Y);
}
