using System.Runtime.InteropServices;
using MiniCpmDist.Native.Loading;
using MiniCpmDist.Native.TorchExt;

namespace MiniCpmDist.Native.Tests.TorchExt;

/// <summary>Where tensors take their memory once freed memory is kept.</summary>
public class HostAllocatorTests
{
    static HostAllocatorTests() => NativeLibraries.Register(typeof(HostAllocatorTests).Assembly);

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(1_000_001)]
    public void A_tensor_begins_at_a_cache_line_and_can_be_written_to_its_end(int elements)
    {
        TensorMemory.KeepFreed();
        Assert.Equal(0, Create(elements, out var tensor));

        var address = TensorMemory.DataPointer(tensor);
        NativeSpan.Of<float>(address, elements)[^1] = 42;

        Assert.Equal(0, address % 64);
        Assert.Equal(0, mcd_torch_tensor_release(tensor));
    }

    [Fact]
    public void A_tensor_without_elements_takes_none()
    {
        TensorMemory.KeepFreed();
        Assert.Equal(0, Create(0, out var tensor));

        Assert.Equal(0, TensorMemory.DataPointer(tensor));
        Assert.Equal(0, mcd_torch_tensor_release(tensor));
    }

    [Fact]
    public void More_than_there_is_is_refused_in_the_words_of_libtorch()
    {
        TensorMemory.KeepFreed();

        Assert.NotEqual(0, Create(1L << 60, out _));
        Assert.Contains(
            "can't allocate memory: you tried to allocate 4611686018427387904 bytes",
            Marshal.PtrToStringUTF8(mcd_common_last_error()), StringComparison.Ordinal);
    }

    private static int Create(long elements, out nint tensor) => mcd_torch_create_full(
        [elements], 1, new Scalar(0, 1.5, Kind: 2), new Options(Type: 6, 0, 0, 0), out tensor);

    [DllImport("mcd_common")]
    private static extern nint mcd_common_last_error();

    [DllImport("mcd_torch")]
    private static extern int mcd_torch_create_full(
        long[] sizes, int count, Scalar value, Options options, out nint tensor);

    [DllImport("mcd_torch")]
    private static extern int mcd_torch_tensor_release(nint tensor);

    private readonly record struct Scalar(long Integer, double Real, int Kind);

    private readonly record struct Options(int Type, int DeviceType, int DeviceIndex, int RequiresGrad);
}
