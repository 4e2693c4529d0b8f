namespace MiniCpmDist.Native.TorchExt;

/// <summary>A queue of a CUDA device: what is put on it is done in order, beside what other streams do.</summary>
public sealed class DeviceStream : IDisposable
{
    private DeviceStream(SafeStreamHandle handle) => Handle = handle;

    internal SafeStreamHandle Handle { get; }

    /// <summary>A stream of libtorch's pool, whose streams are shared out in turn.</summary>
    public static DeviceStream Create(int device, bool hasHighPriority = false)
    {
        Interop.mcd_torchext_stream_create(device, hasHighPriority ? 1 : 0, out var handle);
        return new DeviceStream(handle);
    }

    /// <summary>The stream that the calling thread's tensor operations on this device go to.</summary>
    public static DeviceStream Current(int device)
    {
        Interop.mcd_torchext_stream_current(device, out var handle);
        return new DeviceStream(handle);
    }

    /// <summary>The <c>cudaStream_t</c>.</summary>
    public nint Raw
    {
        get
        {
            Interop.mcd_torchext_stream_raw(Handle, out var raw);
            return raw;
        }
    }

    /// <summary>
    /// True when everything that was queued is done. Throws what a kernel on the stream has failed with.
    /// </summary>
    public bool IsIdle
    {
        get
        {
            Interop.mcd_torchext_stream_is_idle(Handle, out var idle);
            return idle != 0;
        }
    }

    /// <summary>Has the calling thread's tensor operations on the stream's device go there from now on.</summary>
    public void Use() => Interop.mcd_torchext_stream_use(Handle);

    /// <summary>Returns when everything that was queued is done.</summary>
    public void Synchronize() => Interop.mcd_torchext_stream_synchronize(Handle);

    public void Dispose() => Handle.Dispose();
}
