using System.Runtime.InteropServices;

namespace MiniCpmDist.Native.Loading;

/// <summary>
/// Base of all handles to native objects. It counts what the finalizer had to release, so that a test can hold the
/// training loop to "every tensor has an owner and a last line".
/// </summary>
public abstract class SafeNativeHandle : SafeHandle
{
    private static long s_releasedByFinalizer;

    protected SafeNativeHandle() : base(IntPtr.Zero, ownsHandle: true) { }

    public sealed override bool IsInvalid => handle == IntPtr.Zero;

    /// <summary>Number of handles so far that nobody disposed, over the whole process.</summary>
    public static long ReleasedByFinalizer => Interlocked.Read(ref s_releasedByFinalizer);

    protected override void Dispose(bool disposing)
    {
        if (!disposing && !IsInvalid && !IsClosed)
            Interlocked.Increment(ref s_releasedByFinalizer);
        base.Dispose(disposing);
    }
}
