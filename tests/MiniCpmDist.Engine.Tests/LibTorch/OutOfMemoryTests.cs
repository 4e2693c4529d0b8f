using MiniCpmDist.Native.Loading;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.LibTorch;

public class OutOfMemoryTests
{
    private const long Absurd = 1L << 50;

    [Fact]
    public void An_absurd_tensor_says_what_it_wanted_what_is_there_and_what_to_change()
    {
        var thrown = Assert.ThrowsAny<Exception>(() => empty([Absurd], ScalarType.Float32));

        var fault = NativeOutOfMemoryException.Behind(thrown);

        Assert.NotNull(fault);
        Assert.False(fault.IsOnDevice);
        Assert.Equal(Absurd * sizeof(float), fault.RequestedBytes);
        Assert.Contains("4 PiB were asked for", fault.Message, StringComparison.Ordinal);
        Assert.Contains("of this host's", fault.Message, StringComparison.Ordinal);
        Assert.Contains("parallel.micro_batch", fault.Message, StringComparison.Ordinal);
        // libtorch's own backtrace is longer than all the rest, and no operator needs it.
        Assert.DoesNotContain("frame #", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_fault_of_libtorchs_is_not_taken_for_a_lack_of_memory()
    {
        using var wide = zeros(2, 3);
        var thrown = Assert.ThrowsAny<Exception>(() => wide.mm(wide));

        Assert.Null(NativeOutOfMemoryException.Behind(thrown));
    }
}
