using System.Runtime.InteropServices;

namespace MiniCpmDist.Native.Kernels;

/// <summary>The numbers of one AdamW step, as <c>mcd_kernels_adamw_step</c> lays them out.</summary>
/// <param name="LearningRate">Of this chunk, the muP factor included.</param>
/// <param name="Beta1">Decay of the first moment.</param>
/// <param name="Beta2">Decay of the second moment.</param>
/// <param name="Epsilon">Added to the root of the second moment.</param>
/// <param name="WeightDecay">Decoupled; multiplied with the learning rate.</param>
/// <param name="GradientScale">What each gradient is multiplied with first: clipping.</param>
/// <param name="BiasCorrection1">1 - Beta1^t, t from 1.</param>
/// <param name="BiasCorrection2">1 - Beta2^t.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct AdamWStep(
    float LearningRate,
    float Beta1,
    float Beta2,
    float Epsilon,
    float WeightDecay,
    float GradientScale,
    float BiasCorrection1,
    float BiasCorrection2);
