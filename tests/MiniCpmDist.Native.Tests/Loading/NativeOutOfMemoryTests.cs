using MiniCpmDist.Native.Loading;

namespace MiniCpmDist.Native.Tests.Loading;

public class NativeOutOfMemoryTests
{
    [Fact]
    public void A_device_that_is_full_tells_its_own_memory_and_not_the_hosts()
    {
        var problem = NativeOutOfMemoryException.From(
            "empty: CUDA out of memory. Tried to allocate 2.50 GiB. GPU 0 has a total capacity of 79.10 GiB of which "
            + "1.25 GiB is free.",
            new HostMemory(1L << 30, 1L << 34));

        Assert.True(problem.IsOnDevice);
        Assert.Equal(5L << 29, problem.RequestedBytes);
        Assert.StartsWith("Out of device memory: 2.5 GiB were asked for.", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("this host", problem.Message, StringComparison.Ordinal);
        Assert.Contains("1.25 GiB is free", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_that_does_not_say_how_much_it_wanted_gives_no_number()
    {
        var problem = NativeOutOfMemoryException.From("train: out of memory", host: null);

        Assert.Null(problem.RequestedBytes);
        Assert.StartsWith("Out of memory: an allocation failed.", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lack_of_memory_is_found_inside_the_exception_that_carries_it()
    {
        var inner = new NativeException("DefaultCPUAllocator: can't allocate memory: you tried to allocate 64 bytes.");

        Assert.Equal(
            64, NativeOutOfMemoryException.Behind(new InvalidOperationException("loss", inner))?.RequestedBytes);
        Assert.Null(NativeOutOfMemoryException.Behind(new NativeException("shapes differ")));
    }

    [Fact]
    public void What_NET_itself_could_not_get_is_a_lack_of_memory_as_well()
    {
        var thrown = new TypeInitializationException("Any", new InsufficientMemoryException());

        Assert.Contains(
            "parallel.micro_batch", NativeOutOfMemoryException.Behind(thrown)?.Message, StringComparison.Ordinal);
    }
}
