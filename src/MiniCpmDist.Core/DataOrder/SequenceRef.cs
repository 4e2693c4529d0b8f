namespace MiniCpmDist.Core.DataOrder;

/// <summary>Where a sequence stands.</summary>
/// <param name="Source">Index of its source in the run's list.</param>
/// <param name="Index">Index within the source.</param>
public readonly record struct SequenceRef(int Source, long Index);
