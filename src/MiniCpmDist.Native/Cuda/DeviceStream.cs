namespace MiniCpmDist.Native.Cuda;

/// <summary>A queue of a CUDA device: what is put on it is done in order, beside what other streams do.</summary>
public sealed unsafe class DeviceStream : IDisposable
{
    // cudaStreamNonBlocking: it does not wait for the default stream.
    private const uint BesideTheDefault = 1;

    // cudaErrorNotReady: an answer and no error.
    private const int NotReady = 600;

    private readonly CudaLibrary _cuda;
    private readonly int _device;
    private bool _isOwned;

    private DeviceStream(CudaLibrary cuda, int device, nint raw, bool isOwned) =>
        (_cuda, _device, Raw, _isOwned) = (cuda, device, raw, isOwned);

    /// <summary>The <c>cudaStream_t</c>; 0 is the device's default stream.</summary>
    public nint Raw { get; }

    /// <summary>A new stream of the calling thread's device.</summary>
    public static DeviceStream Create(int device, bool hasHighPriority = false)
    {
        var cuda = CudaLibrary.Required;
        int least, greatest;
        cuda.Require("read the priorities of streams", cuda.StreamPriorities(&least, &greatest));
        nint raw;
        cuda.Require(
            "make a stream", cuda.StreamCreate(&raw, BesideTheDefault, hasHighPriority ? greatest : least));
        return new DeviceStream(cuda, device, raw, isOwned: true);
    }

    /// <summary>The stream that the calling thread's tensor operations on this device go to.</summary>
    public static DeviceStream Current(int device)
    {
        var cuda = CudaLibrary.Required;
        nint raw;
        CudaLibrary.RequireTorch("find the current stream", cuda.CurrentStream(device, &raw));
        return new DeviceStream(cuda, device, raw, isOwned: false);
    }

    /// <summary>
    /// True when everything that was queued is done. Throws what a kernel on the stream has failed with.
    /// </summary>
    public bool IsIdle
    {
        get
        {
            var result = _cuda.StreamQuery(Raw);
            if (result == NotReady)
                return false;
            _cuda.Require("look at a stream", result);
            return true;
        }
    }

    /// <summary>
    /// Runs <paramref name="work"/>, whose tensor operations on the stream's device go to this stream.
    /// </summary>
    public void Run(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        nint guard;
        CudaLibrary.RequireTorch("use a stream", _cuda.EnterStream(Raw, _device, &guard));
        try
        {
            work();
        }
        finally
        {
            CudaLibrary.RequireTorch("leave a stream", _cuda.LeaveStream(guard));
        }
    }

    /// <summary>Returns when everything that was queued is done.</summary>
    public void Synchronize() => _cuda.Require("wait for a stream", _cuda.StreamSynchronize(Raw));

    public void Dispose()
    {
        if (_isOwned)
            _ = _cuda.StreamDestroy(Raw);
        _isOwned = false;
    }
}
