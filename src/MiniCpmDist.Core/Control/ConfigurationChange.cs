namespace MiniCpmDist.Core.Control;

/// <summary>A key of a run's configuration that somebody has changed between two attempts.</summary>
/// <param name="Key">As in <c>run.yaml</c>.</param>
/// <param name="Before">What was in force.</param>
/// <param name="After">What is from now on.</param>
public sealed record ConfigurationChange(string Key, string Before, string After);
