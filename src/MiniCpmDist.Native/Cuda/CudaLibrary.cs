using System.Runtime.InteropServices;
using MiniCpmDist.Native.Loading;

namespace MiniCpmDist.Native.Cuda;

/// <summary>
/// The functions of CUDA's runtime that the libtorch beside this program was linked with, and the three of libtorch's C
/// ABI that are about streams. libtorch for the CPU has no such part; then <see cref="Found"/> is null.
/// </summary>
internal sealed unsafe class CudaLibrary
{
    /// <summary>libtorch's part for CUDA, beside the program.</summary>
    public const string FileName = "libtorch_cuda.so";

    private const string Missing =
        "expected a libtorch with CUDA, found one that was built without. Build with -p:TensorDevice=cuda";

    private static readonly Lazy<CudaLibrary?> s_found = new(
        () => Open(Path.Combine(AppContext.BaseDirectory, FileName)));

    public readonly delegate* unmanaged[Cdecl]<int*, int> GetDeviceCount;
    public readonly delegate* unmanaged[Cdecl]<int, int> SetDevice;
    public readonly delegate* unmanaged[Cdecl]<nint*, uint, int, int> StreamCreate;
    public readonly delegate* unmanaged[Cdecl]<int*, int*, int> StreamPriorities;
    public readonly delegate* unmanaged[Cdecl]<nint, int> StreamDestroy;
    public readonly delegate* unmanaged[Cdecl]<nint, int> StreamQuery;
    public readonly delegate* unmanaged[Cdecl]<nint, int> StreamSynchronize;
    public readonly delegate* unmanaged[Cdecl]<nint, nint, uint, int> StreamWaitEvent;
    public readonly delegate* unmanaged[Cdecl]<nint*, uint, int> EventCreate;
    public readonly delegate* unmanaged[Cdecl]<nint, nint, int> EventRecord;
    public readonly delegate* unmanaged[Cdecl]<nint, int> EventDestroy;
    public readonly delegate* unmanaged[Cdecl]<int, nint*, int> CurrentStream;
    public readonly delegate* unmanaged[Cdecl]<nint, int, nint*, int> EnterStream;
    public readonly delegate* unmanaged[Cdecl]<nint, int> LeaveStream;
    private readonly delegate* unmanaged[Cdecl]<int, nint> _errorText;
    private readonly nint _library;

    private CudaLibrary(nint library)
    {
        _library = library;
        GetDeviceCount = (delegate* unmanaged[Cdecl]<int*, int>)Function("cudaGetDeviceCount");
        SetDevice = (delegate* unmanaged[Cdecl]<int, int>)Function("cudaSetDevice");
        StreamCreate = (delegate* unmanaged[Cdecl]<nint*, uint, int, int>)Function("cudaStreamCreateWithPriority");
        StreamPriorities = (delegate* unmanaged[Cdecl]<int*, int*, int>)Function("cudaDeviceGetStreamPriorityRange");
        StreamDestroy = (delegate* unmanaged[Cdecl]<nint, int>)Function("cudaStreamDestroy");
        StreamQuery = (delegate* unmanaged[Cdecl]<nint, int>)Function("cudaStreamQuery");
        StreamSynchronize = (delegate* unmanaged[Cdecl]<nint, int>)Function("cudaStreamSynchronize");
        StreamWaitEvent = (delegate* unmanaged[Cdecl]<nint, nint, uint, int>)Function("cudaStreamWaitEvent");
        EventCreate = (delegate* unmanaged[Cdecl]<nint*, uint, int>)Function("cudaEventCreateWithFlags");
        EventRecord = (delegate* unmanaged[Cdecl]<nint, nint, int>)Function("cudaEventRecord");
        EventDestroy = (delegate* unmanaged[Cdecl]<nint, int>)Function("cudaEventDestroy");
        CurrentStream = (delegate* unmanaged[Cdecl]<int, nint*, int>)Function("aoti_torch_get_current_cuda_stream");
        EnterStream = (delegate* unmanaged[Cdecl]<nint, int, nint*, int>)
            Function("aoti_torch_create_cuda_stream_guard");
        LeaveStream = (delegate* unmanaged[Cdecl]<nint, int>)Function("aoti_torch_delete_cuda_stream_guard");
        _errorText = (delegate* unmanaged[Cdecl]<int, nint>)Function("cudaGetErrorString");
    }

    /// <summary>The library that was found; null where this libtorch has no part for CUDA.</summary>
    public static CudaLibrary? Found => s_found.Value;

    /// <exception cref="NativeException">This libtorch has no part for CUDA.</exception>
    public static CudaLibrary Required => Found ?? throw new NativeException(Missing);

    /// <summary>Throws where a call has failed.</summary>
    /// <param name="doing">What was wanted, as in "record an event".</param>
    /// <param name="result">What the call returned: 0 for success.</param>
    public void Require(string doing, int result)
    {
        if (result != 0)
            throw new NativeException($"{doing}: {Text(result)}");
    }

    /// <summary>Throws where a function of libtorch's own has failed; these functions give no reason.</summary>
    public static void RequireTorch(string doing, int result)
    {
        if (result != 0)
            throw new NativeException($"{doing}: libtorch refused, and has printed why");
    }

    /// <summary>
    /// CUDA's functions are found through libtorch's library, which needs the runtime that it was linked with.
    /// </summary>
    internal static CudaLibrary? Open(string path) =>
        File.Exists(path) ? new CudaLibrary(NativeLibrary.Load(path)) : null;

    private string Text(int result) => Marshal.PtrToStringUTF8(_errorText(result)) ?? $"CUDA error {result}";

    private nint Function(string name) => NativeLibrary.TryGetExport(_library, name, out var address)
        ? address
        : throw new NativeException($"expected {FileName} of libtorch 2.10 with CUDA, found one without {name}");
}
