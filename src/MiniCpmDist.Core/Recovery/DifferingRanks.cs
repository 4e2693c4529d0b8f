namespace MiniCpmDist.Core.Recovery;

/// <summary>Whose parameters are not those of the others.</summary>
public static class DifferingRanks
{
    /// <summary>
    /// The ranks that more than half of all disagree with; all of them where no more than half agree, as with two: then
    /// nobody knows who is right.
    /// </summary>
    /// <param name="hashes">Of the parameters, by rank.</param>
    /// <returns>None where all are the same.</returns>
    public static IReadOnlyList<int> Of(IReadOnlyList<ulong> hashes)
    {
        var groups = hashes.Select((hash, rank) => (hash, rank)).ToLookup(entry => entry.hash, entry => entry.rank);
        if (groups.Count < 2)
            return [];
        var most = groups.MaxBy(group => group.Count())!;
        return 2 * most.Count() > hashes.Count
            ? [.. Enumerable.Range(0, hashes.Count).Except(most)]
            : [.. Enumerable.Range(0, hashes.Count)];
    }
}
