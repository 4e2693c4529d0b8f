namespace MiniCpmDist.Core.Control;

/// <summary>A source's share of a mixture.</summary>
/// <param name="Source">Its name in the run.</param>
/// <param name="Weight">In billionths.</param>
public sealed record SourceShare(string Source, long Weight);
