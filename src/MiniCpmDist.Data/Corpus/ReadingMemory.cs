using MiniCpmDist.Data.ParquetFiles;

namespace MiniCpmDist.Data.Corpus;

/// <summary>Bounds what the threads of a process that read a corpus hold in memory at once.</summary>
/// <param name="threads">How many they are.</param>
internal sealed class ReadingMemory(int threads)
{
    public LargeTextGate LargeTexts { get; } = new();

    public RowGroupBudget RowGroups { get; } = new(threads * RowGroupBudget.BytesPerThread);
}
