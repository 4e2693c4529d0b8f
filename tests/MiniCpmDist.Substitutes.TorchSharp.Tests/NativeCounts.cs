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
    private readonly long _liveBefore = NativeLibraries.LiveObjects;
    private readonly long _finalizedBefore = SafeNativeHandle.ReleasedByFinalizer;

    public void Dispose()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Equal(_finalizedBefore, SafeNativeHandle.ReleasedByFinalizer);
        Assert.Equal(_liveBefore, NativeLibraries.LiveObjects);
        GC.SuppressFinalize(this);
    }
}
