using MiniCpmDist.Native.Kernels;

namespace MiniCpmDist.Native.Tests.Kernels;

/// <summary>The four arrays of an AdamW step.</summary>
public sealed class AdamWState(float[] parameters, float[] gradients, float[] firstMoments, float[] secondMoments)
    : IDisposable
{
    public FloatArray Parameters { get; } = new(parameters);

    public FloatArray Gradients { get; } = new(gradients);

    public FloatArray FirstMoments { get; } = new(firstMoments);

    public FloatArray SecondMoments { get; } = new(secondMoments);

    public void Step(long count, AdamWStep step) =>
        VectorKernels.AdamW(
            Parameters.Address, Gradients.Address, FirstMoments.Address, SecondMoments.Address, count, step);

    public void Dispose()
    {
        Parameters.Dispose();
        Gradients.Dispose();
        FirstMoments.Dispose();
        SecondMoments.Dispose();
    }
}
