using MiniCpmDist.Core.DataOrder;

namespace MiniCpmDist.Data.TokenFolders;

/// <summary>Reads the sequences at some places. Several threads may read at once.</summary>
/// <param name="sources">Their sources, by index.</param>
/// <param name="places">At least one.</param>
public delegate MicroBatch MicroBatchReader(IReadOnlyList<TokenDataset> sources, ReadOnlySpan<SequenceRef> places);
