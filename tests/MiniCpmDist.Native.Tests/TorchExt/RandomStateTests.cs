using System.Runtime.InteropServices;
using MiniCpmDist.Native.Loading;
using MiniCpmDist.Native.TorchExt;

namespace MiniCpmDist.Native.Tests.TorchExt;

public class RandomStateTests
{
    static RandomStateTests() => NativeLibraries.Register(typeof(RandomStateTests).Assembly);

    [Fact]
    public void A_state_that_is_set_again_gives_the_same_numbers_again()
    {
        var state = RandomState.OfHost();
        var first = Permutation();
        var second = Permutation();

        RandomState.SetHost(state);

        Assert.Equal(first, Permutation());
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void A_state_of_another_length_is_refused()
    {
        var fault = Assert.Throws<NativeException>(() => RandomState.SetHost(new byte[3]));

        Assert.Contains("found 3", fault.Message, StringComparison.Ordinal);
    }

    private static long[] Permutation()
    {
        Assert.Equal(0, mcd_torch_create_permutation(100, 0, new Options(Type: 4, 0, 0, 0), out var tensor));
        var numbers = NativeSpan.Of<long>(TensorMemory.DataPointer(tensor), 100).ToArray();
        Assert.Equal(0, mcd_torch_tensor_release(tensor));
        return numbers;
    }

    [DllImport("mcd_torch")]
    private static extern int mcd_torch_create_permutation(long n, nint generator, Options options, out nint tensor);

    [DllImport("mcd_torch")]
    private static extern int mcd_torch_tensor_release(nint tensor);

    private readonly record struct Options(int Type, int DeviceType, int DeviceIndex, int RequiresGrad);
}
