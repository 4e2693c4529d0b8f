using MiniCpmDist.Core.Sharding;

namespace MiniCpmDist.Engine.Collectives;

/// <summary>
/// Adds the ranks' gradients in the one order that the run fixes: neighbours first, then pairs of neighbours, a 3- or
/// 5-way stage last (src/ARCHITECTURE.md, "Bits that do not depend on the world size").
/// </summary>
public sealed class LaneButterfly : IRankReduction
{
    private readonly ICommunicator _communicator;
    private readonly IReadOnlyList<Bucket> _buckets;
    private readonly IReadOnlyList<ReductionPlan> _plans;
    private readonly FlatBuffer? _received;

    /// <param name="tree">The run's lanes.</param>
    /// <param name="communicator">The world; its size fits the tree.</param>
    /// <param name="buckets">Of the flat buffers.</param>
    public LaneButterfly(LaneTree tree, ICommunicator communicator, IReadOnlyList<Bucket> buckets)
    {
        _communicator = communicator;
        _buckets = buckets;
        var topFactor = communicator.WorldSize == 1 ? 1 : tree.TopFactor;
        _plans =
        [
            .. buckets.Select(bucket => ReductionPlan.For(
                bucket.Count, communicator.WorldSize, communicator.Rank, topFactor)),
        ];
        Owned = OwnedBy(communicator.Rank);
        // The largest incoming part: half a bucket in the first pairwise stage; all but one part in a wider one.
        var largest = _plans.SelectMany(plan => plan.Stages)
            .Select(stage => stage.Count / stage.Members.Count * (stage.Members.Count - 1))
            .DefaultIfEmpty()
            .Max();
        _received = largest == 0 ? null : new FlatBuffer(largest);
    }

    public RankSlices Owned { get; }

    public RankSlices OwnedBy(int rank) => new(
    [
        .. _plans.Zip(_buckets, (plan, bucket) =>
        {
            var (offset, count) = plan.OwnedBy(rank);
            return (bucket.Offset + offset, count);
        }),
    ]);

    public void ReduceScatterCollective(int bucket, FlatBuffer buffer, long at)
    {
        foreach (var stage in _plans[bucket].Stages)
            AddStageCollective(stage, buffer, at);
    }

    /// <summary>The stages in reverse.</summary>
    public void GatherCollective(FlatBuffer buffer)
    {
        foreach (var (plan, bucket) in _plans.Zip(_buckets))
        {
            foreach (var stage in plan.Stages.Reverse())
                GatherStageCollective(stage, buffer, bucket.Offset);
        }
    }

    public void Dispose() => _received?.Dispose();

    private void GatherStageCollective(ReductionStage stage, FlatBuffer buffer, long at)
    {
        var own = stage.PartOf(_communicator.Rank);
        foreach (var peer in PeersInMeetingOrder(stage))
        {
            var theirs = stage.PartOf(peer);
            _communicator.ExchangeCollective(
                peer, buffer.At(at + own.Offset), own.Count * buffer.ElementBytes, buffer.At(at + theirs.Offset),
                theirs.Count * buffer.ElementBytes);
        }
    }

    private void AddStageCollective(ReductionStage stage, FlatBuffer buffer, long at)
    {
        var own = stage.PartOf(_communicator.Rank);
        foreach (var peer in PeersInMeetingOrder(stage))
        {
            var theirs = stage.PartOf(peer);
            var place = _received!.At(Place(stage, peer, own.Count));
            _communicator.ExchangeCollective(
                peer, buffer.At(at + theirs.Offset), theirs.Count * buffer.ElementBytes, place,
                own.Count * buffer.ElementBytes);
        }
        AddInMemberOrder(stage, own.Count, buffer, at + own.Offset);
    }

    /// <summary>
    /// ((p0 + p1) + p2) ...: everything left of this rank first, then its own part, then what lies right.
    /// </summary>
    private void AddInMemberOrder(ReductionStage stage, long count, FlatBuffer buffer, long own)
    {
        var others = stage.Members.Where(member => member != _communicator.Rank).ToArray();
        var left = others.Count(member => stage.IndexOf(member) < stage.IndexOf(_communicator.Rank));
        for (var i = 1; i < left; i++)
            _received!.Add(_received, Place(stage, others[i], count), 0, count);
        if (left > 0)
            buffer.Add(_received!, 0, own, count);
        for (var i = left; i < others.Length; i++)
            buffer.Add(_received!, Place(stage, others[i], count), own, count);
    }

    /// <summary>Where a peer's part lies in the receive buffer: in member order, this rank left out.</summary>
    private long Place(ReductionStage stage, int peer, long count)
    {
        var index = stage.IndexOf(peer);
        return (index < stage.IndexOf(_communicator.Rank) ? index : index - 1) * count;
    }

    /// <summary>
    /// Round-robin pairing, so that both sides of every exchange meet in the same round: in round r the members with
    /// indices i and j meet if i + j = r (mod n).
    /// </summary>
    private IEnumerable<int> PeersInMeetingOrder(ReductionStage stage)
    {
        var count = stage.Members.Count;
        var own = stage.IndexOf(_communicator.Rank);
        for (var round = 0; round < count; round++)
        {
            var other = ((round - own) % count + count) % count;
            if (other != own)
                yield return stage.Members[other];
        }
    }
}
