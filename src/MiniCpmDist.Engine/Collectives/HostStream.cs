namespace MiniCpmDist.Engine.Collectives;

/// <summary>
/// A host does what it is given before it goes on: there is never anything to wait for. Not for a device, whose null
/// stream is not done when it says so.
/// </summary>
public sealed class HostStream : IDeviceStream
{
    public nint Handle => 0;

    public bool IsIdle => true;

    public void After(IDeviceStream other) { }

    public void Dispose() { }
}
