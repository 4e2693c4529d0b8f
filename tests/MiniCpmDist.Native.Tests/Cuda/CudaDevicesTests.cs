using MiniCpmDist.Native.Cuda;
using MiniCpmDist.Native.Loading;

namespace MiniCpmDist.Native.Tests.Cuda;

public class CudaDevicesTests
{
    private static readonly Dictionary<string, Action> s_calls = new()
    {
        ["select"] = () => CudaDevices.Select(0),
        ["stream"] = () => DeviceStream.Create(0).Dispose(),
        ["current stream"] = () => DeviceStream.Current(0).Dispose(),
        ["event"] = () => new DeviceEvent().Dispose(),
    };

    /// <summary>Every call that needs a device, by name.</summary>
    public static TheoryData<string> Calls { get; } = [.. s_calls.Keys];

    [Fact]
    public void There_are_no_devices_without_CUDA()
    {
        if (!CudaDevices.AreSupported)
            Assert.Equal(0, CudaDevices.Count);
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public void Without_CUDA_every_call_says_how_to_build_with_it(string call)
    {
        Assert.SkipWhen(CudaDevices.AreSupported, "this libtorch was built with CUDA");
        var problem = Assert.Throws<NativeException>(s_calls[call]);

        Assert.Contains("expected a libtorch with CUDA, found one that was built without", problem.Message,
            StringComparison.Ordinal);
        Assert.Contains("-p:TensorDevice=cuda", problem.Message, StringComparison.Ordinal);
    }

    /// <summary>Runs where there is a GPU and never has up to now (docs/gpu.md).</summary>
    [Fact]
    public void A_stream_that_comes_after_an_event_is_idle_when_both_are_done()
    {
        Assert.SkipWhen(CudaDevices.Count == 0, "no GPU");
        CudaDevices.Select(0);
        using var first = DeviceStream.Create(0);
        using var second = DeviceStream.Create(0, hasHighPriority: true);
        using var place = new DeviceEvent();

        place.Record(first);
        place.Block(second);
        second.Synchronize();

        Assert.True(first.IsIdle && second.IsIdle);
        Assert.NotEqual(first.Raw, second.Raw);
    }
}
