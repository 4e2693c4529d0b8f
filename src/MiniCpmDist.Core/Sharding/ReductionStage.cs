namespace MiniCpmDist.Core.Sharding;

/// <summary>
/// One exchange of a reduction: the members hold sums of the same slice; each gathers the part that it will own, and
/// adds the members' values of it in member order. Members are named by their index among <paramref name="Members"/>.
/// </summary>
/// <param name="Members">The ranks, in the order of their lanes.</param>
/// <param name="Own">This rank's index among them.</param>
/// <param name="Offset">First element of the slice before the stage.</param>
/// <param name="Count">Its elements; divides by the number of members.</param>
public sealed record ReductionStage(IReadOnlyList<int> Members, int Own, long Offset, long Count)
{
    /// <summary>The other members, in the order in which this one meets them.</summary>
    public IReadOnlyList<int> Peers { get; } = [.. MeetingOrder.PeersOf(Own, Members.Count)];

    /// <summary>The part of the slice that this rank owns after the stage.</summary>
    public (long Offset, long Count) OwnPart => PartOf(Own);

    /// <summary>The part that a member owns after the stage: part j belongs to member j.</summary>
    public (long Offset, long Count) PartOf(int member)
    {
        var count = Count / Members.Count;
        return (Offset + member * count, count);
    }
}
