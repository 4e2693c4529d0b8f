namespace MiniCpmDist.Native.TorchExt;

/// <summary>
/// How many threads one operator uses. Thread counts change the order of sums and so the bits of a run; that is why the
/// program sets them itself, everywhere, and neither a launcher nor the environment does.
/// </summary>
public static class ComputeThreads
{
    /// <summary>
    /// Sets ATen, MKL and OpenMP to <paramref name="threads"/> (1 or more). It holds for the calling thread, so every
    /// thread that computes calls it, before its first tensor.
    /// </summary>
    public static void Set(int threads) => Interop.mcd_torchext_threads_set(threads);

    /// <summary>What the libraries themselves report to the calling thread.</summary>
    public static (int Aten, int Blas) Get()
    {
        Interop.mcd_torchext_threads_get(out var aten, out var blas);
        return (aten, blas);
    }
}
