namespace MiniCpmDist.Core.Model;

/// <summary>The type that a model computes with; the optimizer moves float32 in any case.</summary>
public enum Precision
{
    /// <summary>Everything in float32.</summary>
    Float32,

    /// <summary>
    /// Parameters, activations and a micro-batch's gradients in bfloat16; the optimizer's copy of the parameters,
    /// moments and sums over micro-batches and ranks in float32.
    /// </summary>
    BFloat16,
}
