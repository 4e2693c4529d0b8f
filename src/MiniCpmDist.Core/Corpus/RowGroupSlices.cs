namespace MiniCpmDist.Core.Corpus;

/// <summary>
/// Which row groups of a Parquet file belong to a slice of it: those that begin there, as with lines. So slices of a
/// file hold each group once, in the order of the file.
/// </summary>
public static class RowGroupSlices
{
    /// <summary>The groups of a slice, in order.</summary>
    /// <param name="starts">The first byte of each group. A group whose start is before that of an earlier one counts
    /// as if it began with that.</param>
    /// <param name="span">The slice; null for the whole file.</param>
    public static IReadOnlyList<int> Within(IReadOnlyList<long> starts, FileSpan? span)
    {
        var groups = new List<int>();
        var latest = 0L;
        for (var group = 0; group < starts.Count; group++)
        {
            latest = Math.Max(latest, starts[group]);
            if (span is null || span.IsWhole || (latest >= span.Start && latest < span.End))
                groups.Add(group);
        }
        return groups;
    }
}
