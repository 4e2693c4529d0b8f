namespace MiniCpmDist.Native.TorchExt;

/// <summary>A place in a stream's queue, for which other streams or the host can wait.</summary>
public sealed class DeviceEvent : IDisposable
{
    private readonly SafeEventHandle _handle;

    public DeviceEvent() => Interop.mcd_torchext_event_create(out _handle);

    /// <summary>True when the stream has come to the place, or none was marked.</summary>
    public bool IsDone
    {
        get
        {
            Interop.mcd_torchext_event_is_done(_handle, out var done);
            return done != 0;
        }
    }

    /// <summary>Marks the present end of the stream's queue.</summary>
    public void Record(DeviceStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Interop.mcd_torchext_event_record(_handle, stream.Handle);
    }

    /// <summary>What is queued on the stream from now on waits for the place; the calling thread does not.</summary>
    public void Block(DeviceStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Interop.mcd_torchext_event_block(_handle, stream.Handle);
    }

    /// <summary>Returns when the place is reached.</summary>
    public void Synchronize() => Interop.mcd_torchext_event_synchronize(_handle);

    public void Dispose() => _handle.Dispose();
}
