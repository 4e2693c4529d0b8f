namespace MiniCpmDist.Core.DataOrder;

/// <summary>
/// When a run reads the parts of a source. A part that the run takes up begins where the pass ends that the source is
/// in: what has been read, and the order of the rest of that pass, stay as they were. After the part come passes over
/// all parts.
/// </summary>
/// <remarks>
/// So a run that takes a part up during its first pass reads what a run reads that had the part from the beginning.
/// </remarks>
public static class SourceParts
{
    /// <summary>The parts of a source of which nothing has been read.</summary>
    /// <param name="sequences">Sequences of each part.</param>
    public static IReadOnlyList<SourcePart> Of(IReadOnlyList<long> sequences) => TakeUp([], sequences, consumed: 0);

    /// <summary>The parts of a source after a run has taken some up.</summary>
    /// <param name="known">Those that it reads already.</param>
    /// <param name="sequences">Sequences of each part, the known ones included.</param>
    /// <param name="consumed">Sequences of the source that the run has read.</param>
    public static IReadOnlyList<SourcePart> TakeUp(
        IReadOnlyList<SourcePart> known, IReadOnlyList<long> sequences, long consumed)
    {
        var parts = known.ToList();
        foreach (var count in sequences.Skip(known.Count))
            parts.Add(new SourcePart(EndOfPass(parts, consumed), count));
        return parts;
    }

    /// <summary>The parts that a checkpoint tells by where each one but the first begins.</summary>
    /// <param name="starts">As it has them.</param>
    /// <param name="sequences">Sequences of each part; there may be more parts than the checkpoint knows.</param>
    /// <returns>Null where that cannot be: more parts than there are, or one that begins inside another.</returns>
    public static IReadOnlyList<SourcePart>? Restore(IReadOnlyList<long> starts, IReadOnlyList<long> sequences)
    {
        if (starts.Count + 1 > sequences.Count)
            return null;
        var parts = new List<SourcePart> { new(0, sequences[0]) };
        foreach (var (start, count) in starts.Zip(sequences.Skip(1)))
        {
            if (start < parts[^1].End)
                return null;
            parts.Add(new SourcePart(start, count));
        }
        return parts;
    }

    private static long EndOfPass(List<SourcePart> parts, long consumed)
    {
        if (parts.Count == 0)
            return 0;
        var end = parts[^1].End;
        if (consumed <= end)
            return end;
        var (passes, into) = Math.DivRem(consumed - end, parts.Sum(part => part.Sequences));
        return end + (passes + (into > 0 ? 1 : 0)) * parts.Sum(part => part.Sequences);
    }
}
