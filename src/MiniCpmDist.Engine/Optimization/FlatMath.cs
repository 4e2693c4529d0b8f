using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Tensors;
using MiniCpmDist.Native.Kernels;
using MiniCpmDist.Native.TorchExt;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Optimization;

/// <summary>Passes over flat buffers: kernels in host memory, tensor operations on a device.</summary>
internal static class FlatMath
{
    // Number of elements that are widened to float64 at a time.
    private const long BlockElements = 1 << 24;

    // The odd number next to 2^64 divided by the golden ratio: it spreads a change over all bits.
    private const long HashMultiplier = unchecked((long)0x9E3779B97F4A7C15);

    /// <summary>One step of AdamW over stretches of one length; see <see cref="VectorKernels.AdamW"/>.</summary>
    public static void AdamW(
        (FlatBuffer Buffer, long At) parameters, (FlatBuffer Buffer, long At) gradients,
        (FlatBuffer Buffer, long At) firstMoments, (FlatBuffer Buffer, long At) secondMoments, long count,
        in AdamWStep step)
    {
        if (parameters.Buffer.IsOnHost)
        {
            VectorKernels.AdamW(
                parameters.Buffer.At(parameters.At), gradients.Buffer.At(gradients.At),
                firstMoments.Buffer.At(firstMoments.At), secondMoments.Buffer.At(secondMoments.At), count, step);
            return;
        }
        using var scope = NewDisposeScope();
        AdamW(
            Of(parameters, count), Of(gradients, count), Of(firstMoments, count), Of(secondMoments, count), step);
    }

    /// <summary>Computes the AdamW step with tensor operations.</summary>
    internal static void AdamW(Tensor parameters, Tensor gradients, Tensor first, Tensor second, in AdamWStep step)
    {
        using var scope = NewDisposeScope();
        var g = gradients.Times(step.GradientScale);
        first.TimesInPlace(step.Beta1).PlusInPlace(g.Times(1 - step.Beta1));
        second.TimesInPlace(step.Beta2).PlusInPlace(g.Times(1 - step.Beta2) * g);
        var root = second.DividedBy(step.BiasCorrection2).sqrt().Plus(step.Epsilon);
        var direction = first.DividedBy(step.BiasCorrection1) / root;
        parameters.sub_(direction.Plus(parameters.Times(step.WeightDecay)).Times(step.LearningRate));
    }

    /// <summary>One sum of squares for each chunk, in float64.</summary>
    public static void ChunkSquareSums(FlatBuffer buffer, long at, long count, Span<double> sums)
    {
        if (buffer.IsOnHost)
        {
            VectorKernels.ChunkSquareSums(buffer.At(at), count, sums);
            return;
        }
        using var scope = NewDisposeScope();
        ChunkSquareSums(Of((buffer, at), count), sums);
    }

    /// <summary>Sums the squares with tensor operations; the order inside a chunk is theirs.</summary>
    internal static void ChunkSquareSums(Tensor values, Span<double> sums)
    {
        for (var first = 0L; first < values.shape[0]; first += BlockElements)
        {
            using var scope = NewDisposeScope();
            var block = values.narrow(0, first, Math.Min(BlockElements, values.shape[0] - first));
            var chunks = block.to(ScalarType.Float64).Squared().view(-1, FlatLayout.ChunkSize).sum([1L]);
            chunks.cpu().data<double>().ToArray().CopyTo(sums[(int)(first / FlatLayout.ChunkSize)..]);
        }
    }

    /// <summary>
    /// A hash of 64 bits that changes with each bit of the values; hosts and devices compute different ones.
    /// </summary>
    public static ulong Hash(FlatBuffer buffer) => buffer.IsOnHost
        ? VectorKernels.Hash(buffer.Address, buffer.Length * buffer.ElementBytes / sizeof(float))
        : BitHash(buffer.Tensor);

    /// <summary>
    /// Hashes with tensor operations, to another number: the sum of (bits of element i) · (2i + 1) · a constant, modulo
    /// 2^64. Odd weights can be multiplied back, so one changed element always changes the sum; integers wrap round, so
    /// their order does not matter.
    /// </summary>
    internal static ulong BitHash(Tensor values)
    {
        using var frozen = no_grad();
        var sum = 0UL;
        for (var first = 0L; first < values.shape[0]; first += BlockElements)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(BlockElements, values.shape[0] - first);
            var block = values.narrow(0, first, count);
            var bits = Tensor.UnsafeCreateTensor(TensorMemory.Bits(block.Handle)).to(ScalarType.Int64);
            var weights = ScalarMath.WholeNumbers(first, first + count, values.device)
                .TimesInPlace(2L).PlusInPlace(1).TimesInPlace(HashMultiplier);
            sum += (ulong)(bits * weights).sum().item<long>();
        }
        return sum;
    }

    private static Tensor Of((FlatBuffer Buffer, long At) place, long count) =>
        place.Buffer.Tensor.narrow(0, place.At, count);
}
