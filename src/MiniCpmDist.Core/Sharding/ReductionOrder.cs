namespace MiniCpmDist.Core.Sharding;

/// <summary>In which order the gradients of a step are added.</summary>
public enum ReductionOrder
{
    /// <summary>Along the lane tree: the bits do not depend on the number of ranks.</summary>
    Lanes,

    /// <summary>As the library likes: any number of ranks, and bits of its own for each.</summary>
    Fast,
}
