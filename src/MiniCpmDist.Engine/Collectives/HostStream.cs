namespace MiniCpmDist.Engine.Collectives;

/// <summary>
/// The host's stream: a host finishes each call before it goes on, so there is never anything to wait for. It must not
/// stand for a device, whose null stream may still be working.
/// </summary>
public sealed class HostStream : IDeviceStream
{
    public nint Handle => 0;

    public bool IsIdle => true;

    public void After(IDeviceStream other) { }

    public void Dispose() { }
}
