using System.Runtime.InteropServices;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Native.Nccl;

namespace MiniCpmDist.CollectiveRanks;

/// <summary>
/// A stream of the stand-in for NCCL, which tells when what was queued on it is done, as CUDA does for its own.
/// </summary>
internal sealed class StandInStream : IDeviceStream
{
    private readonly IsIdleFunction _isIdle;
    private readonly DestroyFunction _destroy;

    public StandInStream()
    {
        var library = NativeLibrary.Load(Environment.GetEnvironmentVariable(NcclLibrary.PathVariable)!);
        _isIdle = Function<IsIdleFunction>(library, "nccl_stand_in_stream_is_idle");
        _destroy = Function<DestroyFunction>(library, "nccl_stand_in_stream_destroy");
        Function<CreateFunction>(library, "nccl_stand_in_stream_create")(out var handle);
        Handle = handle;
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void CreateFunction(out nint stream);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int IsIdleFunction(nint stream);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void DestroyFunction(nint stream);

    public nint Handle { get; }

    public bool IsIdle => _isIdle(Handle) != 0;

    public void After(IDeviceStream other) { }

    public void Dispose() => _destroy(Handle);

    private static T Function<T>(nint library, string name) where T : Delegate =>
        Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(library, name));
}
