using MiniCpmDist.Core.Sharding;

namespace MiniCpmDist.Engine.Collectives;

/// <summary>Adds the ranks' gradients bucket by bucket, and brings what each rank has made of its part back to all.</summary>
public interface IRankReduction : IDisposable
{
    /// <summary>The parts of the flat buffers whose sums this rank holds after the reduction.</summary>
    RankSlices Owned { get; }

    /// <summary>The parts that another rank holds.</summary>
    RankSlices OwnedBy(int rank);

    /// <summary>Adds the ranks' sums of a bucket; afterwards this rank's part of it is complete.</summary>
    /// <param name="bucket">Which, from 0.</param>
    /// <param name="buffer">Of float32; what is not this rank's part is spoilt.</param>
    /// <param name="at">Where the bucket begins in it.</param>
    void ReduceScatterCollective(int bucket, FlatBuffer buffer, long at);

    /// <summary>Brings the owned parts of a buffer of all parameters to all ranks.</summary>
    void GatherCollective(FlatBuffer buffer);
}
