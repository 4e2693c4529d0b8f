namespace MiniCpmDist.Data.Deduplication;

/// <summary>Records with equal keys.</summary>
internal static class KeyGroups
{
    /// <summary>The groups of two records or more; each is valid until the next one.</summary>
    public static IEnumerable<ArraySegment<PlaceRecord>> Of(IEnumerable<ArraySegment<PlaceRecord>> lots)
    {
        foreach (var lot in lots)
        {
            for (var start = 0; start < lot.Count;)
            {
                var end = start + 1;
                while (end < lot.Count && lot[end].Key == lot[start].Key)
                    end++;
                if (end > start + 1)
                    yield return lot.Slice(start, end - start);
                start = end;
            }
        }
    }
}
