namespace MiniCpmDist.Engine.Collectives;

/// <summary>A queue in which a device does what it is given, in order, while the host goes on.</summary>
public interface IDeviceStream : IDisposable
{
    /// <summary>The <c>cudaStream_t</c>; 0 on a host.</summary>
    nint Handle { get; }

    /// <summary>True when everything that was queued is done.</summary>
    bool IsIdle { get; }

    /// <summary>
    /// What is queued here from now on waits for all that has been queued on <paramref name="other"/>; the host does
    /// not.
    /// </summary>
    void After(IDeviceStream other);
}
