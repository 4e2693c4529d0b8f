using System.Runtime.InteropServices;

namespace MiniCpmDist.CollectiveRanks;

/// <summary>Managed bytes with an address.</summary>
internal sealed class PinnedBytes : IDisposable
{
    private GCHandle _handle;

    public PinnedBytes(int length)
    {
        Bytes = new byte[Math.Max(length, 1)];
        Length = length;
        _handle = GCHandle.Alloc(Bytes, GCHandleType.Pinned);
    }

    public PinnedBytes(byte[] content) : this(content.Length) => content.CopyTo(Bytes, 0);

    public byte[] Bytes { get; }

    public int Length { get; }

    public nint Address => _handle.AddrOfPinnedObject();

    public void Dispose() => _handle.Free();
}
