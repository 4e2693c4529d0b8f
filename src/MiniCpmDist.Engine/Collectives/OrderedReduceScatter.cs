using MiniCpmDist.Core.Sharding;

namespace MiniCpmDist.Engine.Collectives;

/// <summary>
/// Adds the ranks' gradients in the one order that the run fixes: neighbours first, then pairs of neighbours, a 3- or
/// 5-way stage last (src/ARCHITECTURE.md, "Bits that do not depend on the world size").
/// </summary>
public sealed class OrderedReduceScatter : RankReduction
{
    private readonly long _piece;
    private readonly IReadOnlyList<ReductionPlan> _plans;
    private readonly FlatBuffer? _received;

    /// <param name="tree">The run's lanes.</param>
    /// <param name="link">Between the ranks, whose number fits the tree.</param>
    /// <param name="buckets">Of the flat buffers.</param>
    /// <param name="side">Where the link and the sums queue their work.</param>
    public OrderedReduceScatter(LaneTree tree, ITensorLink link, IReadOnlyList<Bucket> buckets, ISideStream side)
        : base(link, buckets, side)
    {
        _piece = ReductionPlan.PieceOn(host: link.IsImmediate);
        _plans = [.. buckets.Select(bucket => ReductionPlan.For(bucket.Count, tree, link.WorldSize, link.Rank))];
        var incoming = _plans.Max(plan => plan.Incoming(_piece));
        _received = incoming == 0 ? null : new FlatBuffer(incoming);
    }

    public override RankSlices OwnedBy(int rank) => new(
    [
        .. _plans.Zip(Buckets, (plan, bucket) =>
        {
            var (offset, count) = plan.OwnedBy(rank);
            return (bucket.Offset + offset, count);
        }),
    ]);

    public override void Dispose() => _received?.Dispose();

    protected override void AddCollective(int bucket, FlatBuffer buffer, long at)
    {
        foreach (var stage in _plans[bucket].Stages)
            AddStageCollective(stage, buffer, at);
    }

    /// <summary>The stages in reverse, each of them for all buckets at once.</summary>
    protected override void GatherAllCollective(FlatBuffer buffer)
    {
        for (var i = _plans[0].Stages.Count - 1; i >= 0; i--)
            Link.Group(() => GatherStageCollective(i, buffer));
    }

    private void GatherStageCollective(int index, FlatBuffer buffer)
    {
        foreach (var (plan, bucket) in _plans.Zip(Buckets))
        {
            var stage = plan.Stages[index];
            var (own, count) = stage.OwnPart;
            foreach (var peer in stage.Peers)
            {
                var theirs = buffer.At(bucket.Offset + stage.PartOf(peer).Offset);
                Link.Exchange(
                    stage.Members[peer], buffer.At(bucket.Offset + own), count, theirs, count, buffer.ElementType);
            }
        }
    }

    private void AddStageCollective(ReductionStage stage, FlatBuffer buffer, long at)
    {
        // Members' parts are equally long, so that all of them count the same pieces.
        var own = stage.OwnPart;
        for (var first = 0L; first < own.Count; first += Math.Min(_piece, own.Count))
        {
            var count = Math.Min(_piece, own.Count - first);
            foreach (var peer in stage.Peers)
            {
                var theirs = buffer.At(at + stage.PartOf(peer).Offset + first);
                var place = _received!.At(Place(stage, peer, count));
                Link.Exchange(stage.Members[peer], theirs, count, place, count, buffer.ElementType);
            }
            // A device queues the sum behind the exchanges; a host would add what is not there yet.
            if (buffer.IsOnHost)
                Link.Wait();
            AddInMemberOrder(stage, count, buffer, at + own.Offset + first);
        }
    }

    /// <summary>
    /// ((p0 + p1) + p2) ...: everything left of this rank first, then its own part, then what lies right.
    /// </summary>
    private void AddInMemberOrder(ReductionStage stage, long count, FlatBuffer buffer, long own)
    {
        for (var left = 1; left < stage.Own; left++)
            _received!.Add(_received, Place(stage, left, count), 0, count);
        if (stage.Own > 0)
            buffer.Add(_received!, 0, own, count);
        for (var right = stage.Own + 1; right < stage.Members.Count; right++)
            buffer.Add(_received!, Place(stage, right, count), own, count);
    }

    /// <summary>Where a peer's part lies in the receive buffer: in member order, this rank left out.</summary>
    private static long Place(ReductionStage stage, int peer, long count) =>
        (peer < stage.Own ? peer : peer - 1) * count;
}
