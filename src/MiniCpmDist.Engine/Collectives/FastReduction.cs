using MiniCpmDist.Core.Sharding;

namespace MiniCpmDist.Engine.Collectives;

/// <summary>
/// Adds the ranks' gradients as the link does it: any number of ranks, each with bits of its own. Rank r owns the r-th
/// of equal parts of each bucket.
/// </summary>
public sealed class FastReduction(ITensorLink link, IReadOnlyList<Bucket> buckets, ISideStream side)
    : RankReduction(link, buckets, side)
{
    public override RankSlices OwnedBy(int rank) =>
        new([.. Buckets.Select(bucket => (bucket.Offset + rank * PartOf(bucket), PartOf(bucket)))]);

    public override void Dispose() { }

    protected override void AddCollective(int bucket, FlatBuffer buffer, long at)
    {
        var part = PartOf(Buckets[bucket]);
        if (Link.WorldSize > 1)
            Link.ReduceScatter(buffer.At(at), buffer.At(at + Link.Rank * part), part, buffer.ElementType);
    }

    protected override void GatherAllCollective(FlatBuffer buffer)
    {
        if (Link.WorldSize == 1)
            return;
        Link.Group(() =>
        {
            foreach (var bucket in Buckets)
            {
                var own = buffer.At(bucket.Offset + Link.Rank * PartOf(bucket));
                Link.AllGather(own, buffer.At(bucket.Offset), PartOf(bucket), buffer.ElementType);
            }
        });
    }

    private long PartOf(Bucket bucket) => bucket.Count / Link.WorldSize;
}
