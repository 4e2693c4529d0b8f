namespace MiniCpmDist.Core.Sharding;

/// <summary>
/// One exchange of a reduction: the members hold sums of the same slice; each gathers the part that it will own, and
/// adds the members' values of it in member order.
/// </summary>
/// <param name="Members">The ranks, in the order of their lanes; this rank is among them.</param>
/// <param name="Offset">First element of the slice before the stage.</param>
/// <param name="Count">Its elements; divides by the number of members.</param>
public sealed record ReductionStage(IReadOnlyList<int> Members, long Offset, long Count)
{
    /// <summary>Place of a rank among the members.</summary>
    public int IndexOf(int rank)
    {
        for (var i = 0; i < Members.Count; i++)
        {
            if (Members[i] == rank)
                return i;
        }
        throw new ArgumentException(
            $"Expected one of the ranks {string.Join(", ", Members)}, found {rank}.", nameof(rank));
    }

    /// <summary>The part of the slice that a member owns after the stage: part j belongs to member j.</summary>
    public (long Offset, long Count) PartOf(int rank)
    {
        var count = Count / Members.Count;
        return (Offset + IndexOf(rank) * count, count);
    }
}
