namespace MiniCpmDist.Data.ParquetFiles;

/// <summary>
/// Bounds the memory of the row groups that threads hold at once: together they have at most <paramref name="bytes"/>,
/// or there is only one. A thread that takes must give back.
/// </summary>
internal sealed class RowGroupBudget(long bytes)
{
    /// <summary>What each thread that reads may hold on average.</summary>
    public const long BytesPerThread = 128L << 20;

    /// <summary>The largest texts of a row group that are read.</summary>
    public const long LargestGroup = 1L << 30;

    private readonly object _changed = new();
    private long _taken;

    /// <summary>Waits until a group has room.</summary>
    public void Take(long needed)
    {
        lock (_changed)
        {
            while (_taken > 0 && _taken + needed > bytes)
                Monitor.Wait(_changed);
            _taken += needed;
        }
    }

    public void GiveBack(long taken)
    {
        lock (_changed)
        {
            _taken -= taken;
            Monitor.PulseAll(_changed);
        }
    }
}
