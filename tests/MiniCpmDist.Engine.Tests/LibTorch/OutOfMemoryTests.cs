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

        var problem = NativeOutOfMemoryException.Behind(thrown);

        Assert.NotNull(problem);
        Assert.False(problem.IsOnDevice);
        Assert.Equal(Absurd * sizeof(float), problem.RequestedBytes);
        Assert.Contains("4 PiB were asked for", problem.Message, StringComparison.Ordinal);
        Assert.Contains("of this host's", problem.Message, StringComparison.Ordinal);
        Assert.Contains("parallel.micro_batch", problem.Message, StringComparison.Ordinal);
        // libtorch's own backtrace is longer than all the rest, and no operator needs it.
        Assert.DoesNotContain("frame #", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_problem_of_libtorchs_is_not_taken_for_a_lack_of_memory()
    {
        using var wide = zeros(2, 3);
        var thrown = Assert.ThrowsAny<Exception>(() => wide.mm(wide));

        Assert.Null(NativeOutOfMemoryException.Behind(thrown));
    }
}
