namespace MiniCpmDist.Cli.Figures;

/// <summary>A point of a figure.</summary>
/// <param name="X">On the horizontal axis.</param>
/// <param name="Y">On the vertical axis.</param>
/// <param name="Run">The run that it was measured in; null for a point of a law.</param>
/// <param name="Reach">How far its interval reaches to each side; null where none is known.</param>
internal readonly record struct FigurePoint(double X, double Y, string? Run = null, double? Reach = null);
