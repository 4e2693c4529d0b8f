namespace MiniCpmDist.Data.Deduplication;

/// <summary>A cluster of texts that are nearly equal.</summary>
/// <param name="Documents">How many there are.</param>
/// <param name="Kept">The text that is kept.</param>
/// <param name="Copies">Some of those that are removed.</param>
public sealed record ClusterReport(int Documents, TextReport Kept, IReadOnlyList<TextReport> Copies);
