namespace MiniCpmDist.Core.Chat;

/// <summary>
/// Packs whole items into bins of one size: the longest first, each into the fullest bin that has room for it (best fit
/// decreasing). The result depends on lengths and order alone.
/// </summary>
public static class BestFitPacking
{
    /// <returns>The items of each bin, by index, in the order of the items.</returns>
    /// <param name="lengths">Of the items, each from 1 to <paramref name="capacity"/>.</param>
    /// <param name="capacity">Of a bin.</param>
    public static IReadOnlyList<IReadOnlyList<int>> Pack(IReadOnlyList<int> lengths, int capacity)
    {
        ArgumentNullException.ThrowIfNull(lengths);
        var bins = new List<List<int>>();
        // Bins by the room that they have left; among equal ones the newest is taken.
        var byRoom = new SortedDictionary<int, Stack<int>>();
        foreach (var item in Enumerable.Range(0, lengths.Count).OrderByDescending(i => lengths[i]))
        {
            var length = lengths[item];
            if (length < 1 || length > capacity)
                throw new ArgumentException($"Expected lengths from 1 to {capacity}, found {length}.", nameof(lengths));
            var (bin, room) = Take(byRoom, length) ?? (bins.Count, capacity);
            if (bin == bins.Count)
                bins.Add([]);
            bins[bin].Add(item);
            if (room > length)
                Put(byRoom, room - length, bin);
        }
        foreach (var bin in bins)
            bin.Sort();
        return bins;
    }

    private static (int Bin, int Room)? Take(SortedDictionary<int, Stack<int>> byRoom, int length)
    {
        // The rooms are few: at most the capacity of a bin.
        foreach (var (room, bins) in byRoom)
        {
            if (room < length)
                continue;
            var bin = bins.Pop();
            if (bins.Count == 0)
                byRoom.Remove(room);
            return (bin, room);
        }
        return null;
    }

    private static void Put(SortedDictionary<int, Stack<int>> byRoom, int room, int bin)
    {
        if (!byRoom.TryGetValue(room, out var bins))
            byRoom[room] = bins = new Stack<int>();
        bins.Push(bin);
    }
}
