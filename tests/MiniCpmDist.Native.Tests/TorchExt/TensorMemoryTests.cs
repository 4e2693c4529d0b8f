using System.Runtime.InteropServices;
using MiniCpmDist.Native.Loading;
using MiniCpmDist.Native.TorchExt;

namespace MiniCpmDist.Native.Tests.TorchExt;

/// <summary>The tensors come from the bridge itself, so that this needs no tensor library of ours above it.</summary>
public class TensorMemoryTests
{
    static TensorMemoryTests() => NativeLibraries.Register(typeof(TensorMemoryTests).Assembly);

    [Fact]
    public void The_address_of_a_view_counts_its_offset()
    {
        var before = NativeLibraries.LiveObjects;
        Assert.Equal(
            0, mcd_torch_create_full(
                [8], 1, new Scalar(0, 1.5, Kind: 2), new Options(Type: 6, 0, 0, 0), out var tensor));
        Assert.Equal(0, mcd_torch_tensor_narrow(tensor, 0, 3, 2, out var view));

        var address = TensorMemory.DataPointer(tensor);
        NativeSpan.Of<float>(address, 8)[3] = 42;

        Assert.Equal(address + (3 * sizeof(float)), TensorMemory.DataPointer(view));
        Assert.Equal([42f, 1.5f], NativeSpan.Of<float>(TensorMemory.DataPointer(view), 2).ToArray());
        Assert.Equal(0, mcd_torch_tensor_release(view));
        Assert.Equal(0, mcd_torch_tensor_release(tensor));
        Assert.Equal(before, NativeLibraries.LiveObjects);
    }

    [Fact]
    public void A_null_handle_is_an_exception_and_not_the_end()
    {
        var fault = Assert.Throws<NativeException>(() => TensorMemory.DataPointer(0));
        Assert.Contains("expected a tensor, found a null handle", fault.Message, StringComparison.Ordinal);
    }

    [DllImport("mcd_torch")]
    private static extern int mcd_torch_create_full(
        long[] sizes, int count, Scalar value, Options options, out nint tensor);

    [DllImport("mcd_torch")]
    private static extern int mcd_torch_tensor_narrow(nint tensor, long dim, long start, long length, out nint view);

    [DllImport("mcd_torch")]
    private static extern int mcd_torch_tensor_release(nint tensor);

    private readonly record struct Scalar(long Integer, double Real, int Kind);

    private readonly record struct Options(int Type, int DeviceType, int DeviceIndex, int RequiresGrad);
}
