using MiniCpmDist.Core.Sharding;

namespace MiniCpmDist.Engine.Collectives;

/// <summary>
/// Between the ranks that one sequence lies over: rows of keys and values from each to all, and rows of their gradients
/// from all to each. What each rank holds are stretches of the same rows, as many on every rank and equally long.
/// </summary>
/// <param name="link">Between all ranks of the world.</param>
/// <param name="members">Those of the sequence, in the order of their strands.</param>
public sealed class ContextLink(RankLink link, IReadOnlyList<int> members)
{
    private const ElementType Element = ElementType.Float32;

    /// <summary>Ranks of the sequence.</summary>
    public int Count => members.Count;

    /// <summary>This rank's index among them.</summary>
    public int Own { get; } = members.Index().Single(member => member.Item == link.Link.Rank).Index;

    /// <summary>Every member has filled its stretches; afterwards each has those of all.</summary>
    /// <param name="rows">Address of the rows.</param>
    /// <param name="stretches">Of each member: where its stretches begin, in elements.</param>
    /// <param name="length">Elements of a stretch.</param>
    public void GatherCollective(nint rows, IReadOnlyList<IReadOnlyList<long>> stretches, long length) =>
        Exchange((peer, i) => (
            rows + Element.Bytes(stretches[Own][i]), rows + Element.Bytes(stretches[peer][i])),
            stretches[Own].Count, length);

    /// <summary>
    /// Every member has numbers for all rows; afterwards each has those of all others for its stretches.
    /// </summary>
    /// <param name="rows">Address of the rows.</param>
    /// <param name="stretches">Of each member: where its stretches begin, in elements.</param>
    /// <param name="length">Elements of a stretch.</param>
    /// <param name="received">Takes for each member, in order, its numbers for this rank's stretches, one after the
    /// other; this rank's own place is left as it is.</param>
    public void ScatterCollective(
        nint rows, IReadOnlyList<IReadOnlyList<long>> stretches, long length, nint received) =>
        Exchange((peer, i) => (
            rows + Element.Bytes(stretches[peer][i]),
            received + Element.Bytes((peer * stretches[Own].Count + i) * length)), stretches[Own].Count, length);

    private void Exchange(Func<int, int, (nint Send, nint Receive)> places, int stretches, long length)
    {
        if (Count == 1)
            return;
        link.Side.Run(() => link.Link.Group(() =>
        {
            foreach (var peer in MeetingOrder.PeersOf(Own, Count))
            {
                for (var i = 0; i < stretches; i++)
                {
                    var (send, receive) = places(peer, i);
                    link.Link.Exchange(members[peer], send, length, receive, length, Element);
                }
            }
        }));
        link.Link.Wait();
        link.Side.Join();
    }
}
