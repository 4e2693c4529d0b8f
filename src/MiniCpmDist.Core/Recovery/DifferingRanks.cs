namespace MiniCpmDist.Core.Recovery;

/// <summary>Finds the ranks whose parameters differ from those of the others.</summary>
public static class DifferingRanks
{
    /// <summary>
    /// The ranks that more than half of all ranks disagree with. All ranks where no more than half agree, as with two
    /// ranks: then nobody knows who is right.
    /// </summary>
    /// <param name="hashes">Of the parameters, by rank.</param>
    /// <returns>Empty where all hashes are the same.</returns>
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
