namespace MiniCpmDist.Core.Corpus;

/// <summary>Cuts a corpus into units and deals them out to ranks; the result of a build depends on neither.</summary>
public static class WorkUnits
{
    /// <summary>
    /// About how many bytes on disk a unit has: some seconds of work, so that a kill loses little and the ranks end
    /// together.
    /// </summary>
    public const long DefaultBytes = 64L << 20;

    /// <summary>
    /// Neighbouring small files go together; a file that can be sliced and is larger than a unit becomes several, of
    /// nearly the same size; any other file is never cut.
    /// </summary>
    /// <param name="files">Bytes of each file, and whether lines can be found from any place in it.</param>
    /// <param name="unitBytes">Bytes of a unit, 1 or more.</param>
    public static IReadOnlyList<WorkUnit> Cut(IReadOnlyList<(long Bytes, bool Sliceable)> files, long unitBytes)
    {
        var units = new List<WorkUnit>();
        var group = new List<FileSpan>();
        foreach (var (index, (bytes, sliceable)) in files.Index())
        {
            if (group.Count > 0 && group.Sum(span => span.Bytes) + bytes > unitBytes)
                Close();
            if (sliceable && bytes > unitBytes)
                Slice(index, bytes);
            else
                group.Add(new FileSpan(index, 0, bytes, bytes));
        }
        Close();
        return units;

        void Slice(int index, long bytes)
        {
            var slices = (bytes + unitBytes - 1) / unitBytes;
            for (var slice = 0L; slice < slices; slice++)
            {
                group.Add(new FileSpan(index, At(slice), At(slice + 1), bytes));
                Close();
            }

            long At(long slice) => (long)((Int128)bytes * slice / slices);
        }

        void Close()
        {
            if (group.Count > 0)
                units.Add(new WorkUnit(units.Count, [.. group]));
            group.Clear();
        }
    }

    /// <summary>
    /// Gives each rank its units, largest first to the rank that has least, so that the ranks end at about the same
    /// time.
    /// </summary>
    /// <param name="units">What is to be done.</param>
    /// <param name="ranks">1 or more.</param>
    /// <returns>By rank, the units in the order of the corpus.</returns>
    public static IReadOnlyList<WorkUnit>[] Deal(IReadOnlyList<WorkUnit> units, int ranks)
    {
        var hands = Enumerable.Range(0, ranks).Select(_ => new List<WorkUnit>()).ToArray();
        var least = new PriorityQueue<int, (long Bytes, int Rank)>();
        for (var rank = 0; rank < ranks; rank++)
            least.Enqueue(rank, (0, rank));
        foreach (var unit in units.OrderByDescending(unit => unit.Bytes).ThenBy(unit => unit.Index))
        {
            least.TryDequeue(out var rank, out var load);
            hands[rank].Add(unit);
            least.Enqueue(rank, (load.Bytes + unit.Bytes, rank));
        }
        return [.. hands.Select(hand => (IReadOnlyList<WorkUnit>)[.. hand.OrderBy(unit => unit.Index)])];
    }
}
