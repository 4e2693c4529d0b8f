using MiniCpmDist.Native.Loading;
using MiniCpmDist.Native.TorchExt;

namespace MiniCpmDist.Native.Tests.TorchExt;

public class CudaDevicesTests
{
    private static readonly Dictionary<string, Action> s_calls = new()
    {
        ["select"] = () => CudaDevices.Select(0),
        ["current"] = () => _ = CudaDevices.Current,
        ["synchronize"] = () => CudaDevices.Synchronize(0),
        ["memory"] = () => CudaDevices.Memory(0),
        ["memory peaks"] = () => CudaDevices.ResetMemoryPeaks(0),
        ["stream"] = () => DeviceStream.Create(0).Dispose(),
        ["current stream"] = () => DeviceStream.Current(0).Dispose(),
        ["event"] = () => new DeviceEvent().Dispose(),
        ["pinned memory"] = () => new PinnedMemory(4096).Dispose(),
        ["random state"] = () => RandomState.OfDevice(0),
        ["set random state"] = () => RandomState.SetDevice(0, new byte[16]),
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
    public void Without_CUDA_every_call_says_which_libtorch_it_takes_and_leaves_nothing(string call)
    {
        Assert.SkipWhen(CudaDevices.AreSupported, "this libtorch was built with CUDA");
        var before = NativeLibraries.LiveObjects;

        var fault = Assert.Throws<NativeException>(s_calls[call]);

        Assert.Contains("expected a libtorch with CUDA, found one that was built without", fault.Message,
            StringComparison.Ordinal);
        Assert.Equal(before, NativeLibraries.LiveObjects);
    }

    /// <summary>Runs where there is a GPU and never has up to now (src/DECISIONS.md, "Never run on a GPU").</summary>
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

        Assert.True(place.IsDone);
        Assert.True(first.IsIdle && second.IsIdle);
        Assert.NotEqual(first.Raw, second.Raw);
        Assert.InRange(CudaDevices.Memory(0).AllocatedBytes, 0, CudaDevices.Memory(0).ReservedPeakBytes);
    }
}
