namespace MiniCpmDist.Native.Kernels;

/// <summary>
/// Loops over flat float32 arrays in native memory. Counts are multiples of <see cref="ChunkSize"/> (another one
/// throws), arrays of one call do not overlap, and each function gives the same bits on every processor: nothing is
/// reordered or contracted.
/// </summary>
public static class VectorKernels
{
    /// <summary>Elements in a chunk: the unit of padding, of slices and of norm sums.</summary>
    public const int ChunkSize = 1024;

    /// <summary>destination[i] = destination[i] + source[i].</summary>
    public static void Add(nint destination, nint source, long count) =>
        Interop.mcd_kernels_vector_add(destination, source, count);

    /// <summary>
    /// One float64 sum of squares per chunk of 1024 elements. Order within a chunk: sixteen accumulators, accumulator j
    /// takes elements j, j+16, j+32, ... one after the other; then accumulator j takes j+8 (j &lt; 8), j+4 (j &lt; 4),
    /// j+2 (j &lt; 2), and 0 takes 1.
    /// </summary>
    public static void ChunkSquareSums(nint values, long count, Span<double> sums)
    {
        if (sums.Length != count / ChunkSize)
            throw new ArgumentException(
                $"Expected room for {count / ChunkSize} sums, found {sums.Length}.", nameof(sums));
        Interop.mcd_kernels_vector_chunk_square_sums(values, count, sums);
    }

    /// <summary>
    /// 64 bits that change with each bit of the values; <c>mcd_kernels.h</c> says how. For finding damage, not for
    /// keeping anybody out.
    /// </summary>
    public static ulong Hash(nint values, long count)
    {
        Interop.mcd_kernels_vector_hash(values, count, out var hash);
        return hash;
    }

    /// <summary>
    /// One step of decoupled AdamW (Loshchilov and Hutter 2019) in float32: g = gradient*GradientScale; m = b1*m +
    /// (1-b1)*g; v = b2*v + ((1-b2)*g)*g; p = p - lr*((m/bc1)/(sqrt(v/bc2)+eps) + wd*p).
    /// </summary>
    public static void AdamW(
        nint parameters, nint gradients, nint firstMoments, nint secondMoments, long count, in AdamWStep step) =>
        Interop.mcd_kernels_vector_adamw(parameters, gradients, firstMoments, secondMoments, count, in step);
}
