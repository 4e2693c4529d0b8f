namespace MiniCpmDist.Core.Sharding;

/// <summary>
/// The order in which the members of a group meet in pairs, so that both members of a pair come to it in the same
/// round.
/// </summary>
public static class MeetingOrder
{
    /// <summary>
    /// The other members in the order of the rounds. In round r, members i and j meet where i + j = r (mod count).
    /// </summary>
    public static IEnumerable<int> PeersOf(int own, int count)
    {
        for (var round = 0; round < count; round++)
        {
            var other = (round - own + count) % count;
            if (other != own)
                yield return other;
        }
    }
}
