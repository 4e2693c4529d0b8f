using MiniCpmDist.Native.Loading;
using MiniCpmDist.Native.TorchExt;

namespace MiniCpmDist.Native.Tests.TorchExt;

public class ComputeThreadsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_number_of_threads_reaches_ATen_and_OpenBLAS(int threads)
    {
        ComputeThreads.Set(threads);

        var (aten, blas) = ComputeThreads.Get();
        Assert.Equal(threads, aten);
        if (LibTorchInfo.BlasCore == "none")
            Assert.Equal(0, blas);
        else
            Assert.Equal(threads, blas);
    }

    [Fact]
    public void No_threads_at_all_are_refused()
    {
        var fault = Assert.Throws<NativeException>(() => ComputeThreads.Set(0));
        Assert.Contains("expected 1 thread or more, found 0", fault.Message, StringComparison.Ordinal);
    }
}
