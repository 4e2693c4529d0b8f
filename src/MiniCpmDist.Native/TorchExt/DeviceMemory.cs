using System.Runtime.InteropServices;

namespace MiniCpmDist.Native.TorchExt;

/// <summary>Bytes that libtorch's caching allocator holds on one device.</summary>
/// <param name="AllocatedBytes">In tensors now.</param>
/// <param name="AllocatedPeakBytes">The most that was ever in tensors, or since the peaks were reset.</param>
/// <param name="ReservedBytes">Taken from the device; what is not in tensors is kept for the next ones.</param>
/// <param name="ReservedPeakBytes">The most that was ever taken, or since the peaks were reset.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct DeviceMemory(
    long AllocatedBytes, long AllocatedPeakBytes, long ReservedBytes, long ReservedPeakBytes);
