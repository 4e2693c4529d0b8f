using MiniCpmDist.Native.Cuda;

namespace MiniCpmDist.Engine.Collectives;

/// <summary>
/// A stream of its own on a CUDA device, for a <see cref="NcclLink"/> and the sums that follow its exchanges.
/// </summary>
public sealed class CudaSideStream : ISideStream, IDisposable
{
    private readonly DeviceStream _side;
    private readonly CudaStream _computed;

    /// <param name="device">Whose current stream is the one that computes.</param>
    public CudaSideStream(int device)
    {
        // The exchanges are small and urgent compared with the products of backward.
        _side = DeviceStream.Create(device, hasHighPriority: true);
        _computed = new CudaStream(DeviceStream.Current(device));
        Stream = new CudaStream(_side);
    }

    /// <summary>The stream for the link's calls.</summary>
    public CudaStream Stream { get; }

    public void Run(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        Stream.After(_computed);
        _side.Run(work);
    }

    public void Join() => _computed.After(Stream);

    public void Dispose()
    {
        Stream.Dispose();
        _computed.Dispose();
    }
}
