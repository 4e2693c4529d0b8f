namespace MiniCpmDist.Core.Deduplication;

/// <summary>
/// Winnowing (Schleimer, Wilkerson, Aiken: "Winnowing: local algorithms for document fingerprinting", SIGMOD 2003). Of
/// the hashes of all short stretches of a text some are chosen, so that any two texts that share a long stretch share a
/// chosen one inside of it.
/// </summary>
/// <param name="Words">Words of the long stretches that must be found, 2 or more.</param>
public sealed record Winnowing(int Words)
{
    /// <summary>Words of a short stretch: half of a long one.</summary>
    public int Width => (Words + 1) / 2;

    // Short stretches of a long one, of which one is chosen.
    private int Guaranteed => Words - Width + 1;

    /// <summary>Adds the places of the chosen stretches of a text: the smallest hash of each long stretch, and of
    /// equal ones the last.</summary>
    /// <param name="hashes">Of the short stretches, in order.</param>
    /// <param name="places">Takes the places, in ascending order.</param>
    public void Choose(ReadOnlySpan<ulong> hashes, List<int> places)
    {
        places.Clear();
        for (var (end, least) = (Guaranteed, -1); end <= hashes.Length; end++)
        {
            var start = end - Guaranteed;
            if (least < start)
                least = LastOfSmallest(hashes, start, end);
            else if (hashes[end - 1] <= hashes[least])
                least = end - 1;
            if (places.Count == 0 || places[^1] != least)
                places.Add(least);
        }
    }

    private static int LastOfSmallest(ReadOnlySpan<ulong> hashes, int start, int end)
    {
        var least = start;
        for (var i = start + 1; i < end; i++)
            least = hashes[i] <= hashes[least] ? i : least;
        return least;
    }
}
