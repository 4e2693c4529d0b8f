using MiniCpmDist.Core.Randomness;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Native.Kernels;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Optimization;

/// <summary>What devices do with tensor operations, held on a CPU to what its kernels do.</summary>
public sealed class FlatMathTests
{
    private const int Length = 3 * VectorKernels.ChunkSize;

    [Fact]
    public void AdamW_of_tensor_operations_ends_where_the_kernel_ends()
    {
        using var scope = NewDisposeScope();
        var step = new AdamWStep(0.01f, 0.9f, 0.95f, 1e-8f, 0.1f, 0.7f, 0.1f, 0.05f);
        var kernel = Enumerable.Range(0, 4).Select(Filled).ToArray();
        var tensors = Enumerable.Range(0, 4).Select(Filled).ToArray();

        for (var i = 0; i < 5; i++)
        {
            VectorKernels.AdamW(
                kernel[0].Address, kernel[1].Address, kernel[2].Address, kernel[3].Address, Length, step);
            FlatMath.AdamW(tensors[0].Tensor, tensors[1].Tensor, tensors[2].Tensor, tensors[3].Tensor, step);
        }

        for (var i = 0; i < 4; i++)
        {
            foreach (var (expected, found) in Values(kernel[i]).Zip(Values(tensors[i])))
                Assert.Equal(expected, found, 2e-6 * Math.Max(1, Math.Abs(expected)));
            kernel[i].Dispose();
            tensors[i].Dispose();
        }
    }

    [Fact]
    public void Chunk_sums_of_tensor_operations_are_those_of_the_kernel_to_the_rounding_of_float64()
    {
        using var buffer = Filled(1);
        var (expected, found) = (new double[3], new double[3]);

        VectorKernels.ChunkSquareSums(buffer.Address, Length, expected);
        FlatMath.ChunkSquareSums(buffer.Tensor, found);

        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-12 * pair.First));
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void A_single_bit_anywhere_changes_the_hash_of_a_device(ScalarType type)
    {
        using var source = Filled(2);
        using var buffer = new FlatBuffer(Length, type);
        buffer.CopyFrom(source);
        var before = FlatMath.BitHash(buffer.Tensor);

        foreach (var place in (int[])[0, 1, 1023, Length - 1])
        {
            for (var bit = 0; bit < 8 * buffer.ElementBytes; bit++)
            {
                buffer.Bytes(place)[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.NotEqual(before, FlatMath.BitHash(buffer.Tensor));
                buffer.Bytes(place)[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }
        Assert.Equal(before, FlatMath.BitHash(buffer.Tensor));
    }

    [Fact]
    public void Two_numbers_that_change_places_change_the_hash_of_a_device()
    {
        using var buffer = Filled(3);
        var before = FlatMath.BitHash(buffer.Tensor);
        var values = buffer.Span(0, 2);

        (values[0], values[1]) = (values[1], values[0]);

        Assert.NotEqual(before, FlatMath.BitHash(buffer.Tensor));
    }

    private static float[] Values(FlatBuffer buffer) => buffer.Span(0, (int)buffer.Length).ToArray();

    private static FlatBuffer Filled(int which)
    {
        var values = new float[Length];
        CounterRandom.FillNormal(values, 0, seed: 9, $"buffer {which}", std: 1);
        // Second moments are never negative.
        if (which == 3)
            values = [.. values.Select(Math.Abs)];
        var buffer = new FlatBuffer(Length);
        buffer.Write(0, values);
        return buffer;
    }
}
