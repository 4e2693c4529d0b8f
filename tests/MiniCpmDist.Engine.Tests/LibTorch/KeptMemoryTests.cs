using MiniCpmDist.Native.TorchExt;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.LibTorch;

/// <summary>Where tensors take their memory once freed memory is kept.</summary>
public class KeptMemoryTests
{
    private const int Elements = 1_000_000;

    public KeptMemoryTests() => TensorMemory.KeepFreed();

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(1_000_001)]
    public void A_tensor_begins_at_a_cache_line_and_can_be_written_to_its_end(int elements)
    {
        using var tensor = full([elements], 1.5f);

        var address = TensorMemory.DataPointer(tensor.Handle);
        NativeSpan.Of<float>(address, elements)[^1] = 42;

        Assert.Equal(0, address % 64);
        Assert.Equal(42f, tensor[elements - 1].item<float>());
    }

    [Fact]
    public void A_tensor_without_elements_takes_none()
    {
        using var tensor = zeros([0], ScalarType.Float32);

        Assert.Equal(0, TensorMemory.DataPointer(tensor.Handle));
    }

    /// <summary>With a glibc before 2.38 it is not so by itself: src/native/torch-ext/aligned_blocks.cpp.</summary>
    [Fact]
    public void What_is_freed_is_taken_again_by_the_next_tensors_of_those_sizes()
    {
        // As in a block of a model: what is kept for backward lies between what is freed at once.
        long[] sizes = [Elements, 3 * Elements, 2 * Elements, Elements / 2];
        for (var i = 0; i < 10; i++)
            MakeAndFree(sizes);
        var before = Environment.WorkingSet;

        for (var i = 0; i < 100; i++)
            MakeAndFree(sizes);

        // Without it: two to three gigabytes. All these tensors together are 104 MB.
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 150_000_000);
    }

    private static void MakeAndFree(long[] sizes)
    {
        using var scope = NewDisposeScope();
        var kept = new List<Tensor>();
        foreach (var size in sizes)
        {
            for (var i = 0; i < 4; i++)
            {
                using var temporary = full([size + (64 * i)], 1f);
                kept.Add(full([size], 2f));
            }
        }
        Assert.Equal(16, kept.Count);
    }
}
