using MiniCpmDist.Native.Loading;
using MiniCpmDist.Native.TorchExt;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.LibTorch;

public sealed class ComputeThreadsTests : IDisposable
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_number_of_threads_reaches_ATen_and_the_BLAS(int threads)
    {
        ComputeThreads.Set(threads);

        Assert.Equal((threads, threads), ComputeThreads.Get());
        Assert.Equal(threads, get_num_threads());
    }

    [Fact]
    public void A_thread_that_starts_later_computes_with_the_number_that_was_set()
    {
        ComputeThreads.Set(2);
        var found = (0, 0);
        var later = new Thread(() => found = ComputeThreads.Get());

        later.Start();
        later.Join();

        Assert.Equal((2, 2), found);
    }

    [Fact]
    public void No_threads_at_all_are_refused()
    {
        var problem = Assert.Throws<NativeException>(() => ComputeThreads.Set(0));
        Assert.Contains("expected 1 thread or more, found 0", problem.Message, StringComparison.Ordinal);
    }

    public void Dispose() => ComputeThreads.Set(1);
}
