namespace MiniCpmDist.Core.Sharding;

/// <summary>
/// In which order members of a group meet in pairs, so that both of a pair come to it in the same round.
/// </summary>
public static class MeetingOrder
{
    /// <summary>In round r those meet whose indices i and j fulfil i + j = r (mod count).</summary>
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
