using MiniCpmDist.Native.Loading;
using MiniCpmDist.Native.TorchExt;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.LibTorch;

public class TensorMemoryTests
{
    [Fact]
    public void The_address_of_a_view_counts_its_offset()
    {
        using var tensor = full([8], 1.5f);
        using var view = tensor.narrow(0, 3, 2);

        var address = TensorMemory.DataPointer(tensor.Handle);
        NativeSpan.Of<float>(address, 8)[3] = 42;

        Assert.Equal(address + (3 * sizeof(float)), TensorMemory.DataPointer(view.Handle));
        Assert.Equal([42f, 1.5f], NativeSpan.Of<float>(TensorMemory.DataPointer(view.Handle), 2).ToArray());
    }

    [Fact]
    public void The_bits_of_a_tensor_are_its_own_memory_seen_as_whole_numbers()
    {
        using var tensor = full([2], 1f);
        using var bits = Tensor.UnsafeCreateTensor(TensorMemory.Bits(tensor.Handle));
        using var narrow = full([2], 1f, ScalarType.BFloat16);
        using var narrowBits = Tensor.UnsafeCreateTensor(TensorMemory.Bits(narrow.Handle));

        Assert.Equal(TensorMemory.DataPointer(tensor.Handle), TensorMemory.DataPointer(bits.Handle));
        Assert.Equal(BitConverter.SingleToInt32Bits(1f), bits[0].item<int>());
        Assert.Equal(BitConverter.SingleToInt32Bits(1f) >> 16, narrowBits[1].item<short>());
    }

    [Fact]
    public void Elements_of_another_size_have_no_bits_to_read()
    {
        using var tensor = zeros([2], ScalarType.Float64);

        var problem = Assert.Throws<NativeException>(() => TensorMemory.Bits(tensor.Handle));

        Assert.Contains("expected elements of 2 or 4 bytes, found 8", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_null_handle_is_an_exception_and_not_the_end()
    {
        var problem = Assert.Throws<NativeException>(() => TensorMemory.DataPointer(0));
        Assert.Contains("expected a tensor, found a null handle", problem.Message, StringComparison.Ordinal);
    }
}
