using System.Collections.Concurrent;
using MiniCpmDist.Engine.Model.Fused;
using MiniCpmDist.Engine.Tensors;
using MiniCpmDist.Native.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model;

/// <summary>
/// x · Wᵀ of weights that are not trained, with the bits that a row has among many: a row's logits then do not depend
/// on what else is computed with it. A BLAS keeps these bits from some number of rows on and has other paths below;
/// those few rows go through a kernel of our own that adds up in the BLAS's order. That order belongs to the BLAS and
/// the processor. It is found by trying, and where no order is the right one the BLAS multiplies few rows as well.
/// </summary>
internal static class RowMatMul
{
    /// <summary>MKL's paths for few rows end here: 3 on one thread, 7 on two.</summary>
    internal const int MostRows = 7;

    private const int ManyRows = 16;

    // Both lengths are MKL's: the first for processors with AVX2 only, the second for those with AVX-512.
    private static readonly long[] s_chains = [192, 384];

    private static readonly ConcurrentDictionary<(long In, long Out, int Threads), long> s_blocks = new();

    /// <param name="x"><c>[..., in]</c>.</param>
    /// <param name="weight"><c>[out, in]</c>.</param>
    /// <returns><c>[..., out]</c>; the caller's scope owns it.</returns>
    public static Tensor Of(Tensor x, Tensor weight)
    {
        var (inSize, outSize) = (weight.shape[1], weight.shape[0]);
        var rows = x.numel() / inSize;
        if (rows > MostRows || !IsForKernel(x) || !IsForKernel(weight))
            return nn.functional.linear(x, weight);
        var threads = get_num_threads();
        var block = s_blocks.GetOrAdd((inSize, outSize, threads), _ => FindBlock(weight));
        return block == 0 ? nn.functional.linear(x, weight) : Product(x, weight, rows, block, threads);
    }

    /// <summary>
    /// The inner indices that the BLAS adds up in one chain when it multiplies many rows by this weight; 0 where it
    /// adds in another way.
    /// </summary>
    internal static long FindBlock(Tensor weight)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var generator = new Generator(1);
        var inSize = weight.shape[1];
        var many = rand([ManyRows, inSize], ScalarType.Float32, generator: generator).Plus(-0.5);
        var expected = nn.functional.linear(many, weight).narrow(0, 0, 1);
        var one = many.narrow(0, 0, 1);
        return Candidates(inSize).FirstOrDefault(
            block => Product(one, weight, 1, block, threads: 1).eq(expected).all().item<bool>());
    }

    /// <summary>
    /// One chain, chains of a fixed length, or two halves where one chain would be a little too long.
    /// </summary>
    private static IEnumerable<long> Candidates(long inSize) =>
        s_chains.Where(length => length < inSize).Concat([inSize, inSize / 2, (inSize + 1) / 2])
            .Where(length => length > 0)
            .Distinct();

    private static bool IsForKernel(Tensor tensor) =>
        !tensor.requires_grad && tensor.dtype == ScalarType.Float32 && tensor.device_type == DeviceType.CPU
        && tensor.is_contiguous();

    private static Tensor Product(Tensor x, Tensor weight, long rows, long block, int threads)
    {
        var product = empty([.. x.shape[..^1], weight.shape[0]], ScalarType.Float32);
        RowKernels.Product(
            TensorAddress.Of(x), TensorAddress.Of(weight), TensorAddress.Of(product), rows, weight.shape[1],
            weight.shape[0], block, threads);
        return product;
    }
}
