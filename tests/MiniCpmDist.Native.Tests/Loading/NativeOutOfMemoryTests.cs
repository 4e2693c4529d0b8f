using System.Runtime.InteropServices;
using MiniCpmDist.Native.Loading;

namespace MiniCpmDist.Native.Tests.Loading;

public class NativeOutOfMemoryTests
{
    private const long Absurd = 1L << 50;

    static NativeOutOfMemoryTests() => NativeLibraries.Register(typeof(NativeOutOfMemoryTests).Assembly);

    [Fact]
    public void An_absurd_tensor_says_what_it_wanted_what_is_there_and_what_to_change()
    {
        var status = mcd_torch_create_full(
            [Absurd], 1, new Scalar(0, 1.5, Kind: 2), new Options(Type: 6, 0, 0, 0), out _);

        var fault = Assert.Throws<NativeOutOfMemoryException>(() => { StatusMarshaller.ConvertToManaged(status); });

        Assert.True(fault.IsOutOfMemory);
        Assert.False(fault.IsOnDevice);
        Assert.Equal(Absurd * sizeof(float), fault.RequestedBytes);
        Assert.Contains("4 PiB were asked for", fault.Message, StringComparison.Ordinal);
        Assert.Contains("of this host's", fault.Message, StringComparison.Ordinal);
        Assert.Contains("parallel.micro_batch", fault.Message, StringComparison.Ordinal);
        // libtorch's own backtrace is longer than all the rest, and no operator needs it.
        Assert.DoesNotContain("frame #", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_is_full_tells_its_own_memory_and_not_the_hosts()
    {
        var fault = NativeOutOfMemoryException.From(
            "empty: CUDA out of memory. Tried to allocate 2.50 GiB. GPU 0 has a total capacity of 79.10 GiB of which "
            + "1.25 GiB is free.",
            new HostMemory(1L << 30, 1L << 34));

        Assert.True(fault.IsOnDevice);
        Assert.Equal(5L << 29, fault.RequestedBytes);
        Assert.StartsWith("Out of device memory: 2.5 GiB were asked for.", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("this host", fault.Message, StringComparison.Ordinal);
        Assert.Contains("1.25 GiB is free", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_that_does_not_say_how_much_it_wanted_gives_no_number()
    {
        var fault = NativeOutOfMemoryException.From("train: out of memory", host: null);

        Assert.Null(fault.RequestedBytes);
        Assert.StartsWith("Out of memory: an allocation failed.", fault.Message, StringComparison.Ordinal);
    }

    [DllImport("mcd_torch")]
    private static extern int mcd_torch_create_full(
        long[] sizes, int count, Scalar value, Options options, out nint tensor);

    private readonly record struct Scalar(long Integer, double Real, int Kind);

    private readonly record struct Options(int Type, int DeviceType, int DeviceIndex, int RequiresGrad);
}
