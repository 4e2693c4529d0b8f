namespace MiniCpmDist.Core.Sharding;

/// <summary>The order in which the gradients of a step are added.</summary>
public enum ReductionOrder
{
    /// <summary>Along the lane tree: the bits do not depend on the number of ranks.</summary>
    Lanes,

    /// <summary>
    /// The order that the library likes: any number of ranks is possible, and each has bits of its own.
    /// </summary>
    Fast,
}
