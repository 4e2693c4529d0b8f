namespace MiniCpmDist.Native.Cuda;

/// <summary>A place in a stream's queue, for which other streams can wait.</summary>
public sealed unsafe class DeviceEvent : IDisposable
{
    // cudaEventDisableTiming: a time stamp would cost, and nobody reads it.
    private const uint WithoutTime = 2;

    private readonly CudaLibrary _cuda = CudaLibrary.Required;
    private nint _event;

    public DeviceEvent()
    {
        nint made;
        _cuda.Require("make an event", _cuda.EventCreate(&made, WithoutTime));
        _event = made;
    }

    /// <summary>Marks the present end of the stream's queue.</summary>
    public void Record(DeviceStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _cuda.Require("record an event", _cuda.EventRecord(_event, stream.Raw));
    }

    /// <summary>What is queued on the stream from now on waits for the place; the calling thread does not.</summary>
    public void Block(DeviceStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _cuda.Require("wait for an event", _cuda.StreamWaitEvent(stream.Raw, _event, 0));
    }

    public void Dispose()
    {
        if (_event != 0)
            _ = _cuda.EventDestroy(_event);
        _event = 0;
    }
}
