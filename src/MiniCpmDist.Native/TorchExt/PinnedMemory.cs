namespace MiniCpmDist.Native.TorchExt;

/// <summary>
/// Host memory that the system does not move, so that a device copies to and from it while host and device go on.
/// </summary>
public sealed class PinnedMemory : IDisposable
{
    private readonly SafePinnedHandle _handle;

    public PinnedMemory(long bytes)
    {
        Interop.mcd_torchext_pinned_create(bytes, out _handle, out var address);
        (Address, Bytes) = (address, bytes);
    }

    /// <summary>The first byte; valid until this is disposed.</summary>
    public nint Address { get; }

    public long Bytes { get; }

    public void Dispose() => _handle.Dispose();
}
