using System.Runtime.InteropServices;

namespace MiniCpmDist.Native.Posix;

/// <summary>What the C library does with host memory that is freed.</summary>
public static partial class HostHeap
{
    // Of glibc's malloc.h.
    private const int TrimThreshold = -1;
    private const int MapThreshold = -3;

    // Above any tensor of a step, so that none is mapped and unmapped for itself. A glibc that documents 32 MiB as the
    // most may refuse more.
    private static readonly int[] s_thresholds = [1 << 30, 1 << 25];

    /// <summary>
    /// Has the process keep freed memory for the next tensor instead of handing it back to the system: each step
    /// allocates and frees the same large tensors, and would pay for the same page faults again. What the C library
    /// refuses costs time, and is no reason not to train. Call before the first tensor.
    /// </summary>
    public static void KeepFreed()
    {
        try
        {
            _ = s_thresholds.Any(bytes => mallopt(MapThreshold, bytes) != 0);
            _ = mallopt(TrimThreshold, s_thresholds[0]);
        }
        catch (EntryPointNotFoundException)
        {
            // Not glibc.
        }
    }

    [LibraryImport("libc")]
    private static partial int mallopt(int parameter, int value);
}
