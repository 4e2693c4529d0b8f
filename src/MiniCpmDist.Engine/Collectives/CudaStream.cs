using MiniCpmDist.Native.Cuda;

namespace MiniCpmDist.Engine.Collectives;

/// <summary>A CUDA stream.</summary>
/// <param name="stream">Is disposed with this.</param>
public sealed class CudaStream(DeviceStream stream) : IDeviceStream
{
    private readonly DeviceEvent _place = new();

    public nint Handle { get; } = stream.Raw;

    public bool IsIdle => stream.IsIdle;

    public void After(IDeviceStream other)
    {
        if (other is CudaStream earlier)
            earlier.HaveWait(stream);
    }

    public void Dispose()
    {
        _place.Dispose();
        stream.Dispose();
    }

    private void HaveWait(DeviceStream later)
    {
        // Recorded anew each time: a stream that waits already waits for the place as it was then.
        _place.Record(stream);
        _place.Block(later);
    }
}
