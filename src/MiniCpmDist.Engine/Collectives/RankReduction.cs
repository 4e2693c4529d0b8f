using MiniCpmDist.Core.Sharding;

namespace MiniCpmDist.Engine.Collectives;

/// <summary>
/// Adds the ranks' gradients bucket by bucket, and brings what each rank has made of its part back to all. On a device
/// both go on beside what is computed, until <see cref="WaitCollective"/>.
/// </summary>
/// <param name="link">Between the ranks.</param>
/// <param name="buckets">Of the flat buffers.</param>
/// <param name="side">Where the link and the sums queue their work.</param>
public abstract class RankReduction(ITensorLink link, IReadOnlyList<Bucket> buckets, ISideStream side) : IDisposable
{
    private RankSlices? _owned;

    /// <summary>The parts of the flat buffers whose sums this rank holds after the reduction.</summary>
    public RankSlices Owned => _owned ??= OwnedBy(link.Rank);

    /// <summary>True where a reduction that is begun early goes on while others compute.</summary>
    public bool GoesOnBeside => !link.IsImmediate;

    protected ITensorLink Link => link;

    protected IReadOnlyList<Bucket> Buckets => buckets;

    /// <summary>The parts that a rank holds.</summary>
    public abstract RankSlices OwnedBy(int rank);

    /// <summary>Adds the ranks' sums of a bucket; afterwards this rank's part of it is complete.</summary>
    /// <param name="bucket">Which, from 0.</param>
    /// <param name="buffer">Of float32; what is not this rank's part is spoilt.</param>
    /// <param name="at">Where the bucket begins in it.</param>
    public void ReduceScatterCollective(int bucket, FlatBuffer buffer, long at) =>
        side.Run(() => AddCollective(bucket, buffer, at));

    /// <summary>Brings the owned parts of a buffer of all parameters to all ranks.</summary>
    public void GatherCollective(FlatBuffer buffer) => side.Run(() => GatherAllCollective(buffer));

    /// <summary>Returns when everything that was begun is done; what fails, or never ends, is thrown here.</summary>
    /// <exception cref="LinkFailedException">A rank has failed, hung, or ended.</exception>
    public void WaitCollective()
    {
        link.Wait();
        side.Join();
    }

    public abstract void Dispose();

    protected abstract void AddCollective(int bucket, FlatBuffer buffer, long at);

    /// <summary>All buckets are complete: what does not depend on each other goes together, and waits once.</summary>
    protected abstract void GatherAllCollective(FlatBuffer buffer);
}
