namespace MiniCpmDist.Core.Model;

/// <summary>What computes a model; both give the same numbers to rounding, and each its own bits.</summary>
public enum KernelSet
{
    /// <summary>Parts of the model in one pass each, for float32 on a CPU.</summary>
    Fused,

    /// <summary>The tensor library's operations one by one: the reference, and what runs anywhere else.</summary>
    Plain,
}
