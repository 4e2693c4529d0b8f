using System.Runtime.CompilerServices;
using MiniCpmDist.Native.Loading;

// Live native objects are counted over the whole process, so tests run one after the other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace MiniCpmDist.Substitutes.TorchSharp.Tests;

/// <summary>
/// Base of all tests here: each ends by asserting that live native objects returned to where they were, and that the
/// finalizer released none.
/// </summary>
public abstract class NativeCounts : IDisposable
{
    private readonly long _liveBefore;
    private readonly long _finalizedBefore;

    protected NativeCounts()
    {
        // What an earlier test's frames kept reachable a little longer is not this test's doing.
        Settle();
        _liveBefore = NativeLibraries.LiveObjects;
        _finalizedBefore = SafeNativeHandle.ReleasedByFinalizer;
    }

    public void Dispose()
    {
        Settle();
        Assert.Equal(_finalizedBefore, SafeNativeHandle.ReleasedByFinalizer);
        Assert.Equal(_liveBefore, NativeLibraries.LiveObjects);
        GC.SuppressFinalize(this);
    }

    private static void Settle()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
