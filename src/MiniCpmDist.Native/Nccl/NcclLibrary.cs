using System.Runtime.InteropServices;

namespace MiniCpmDist.Native.Nccl;

/// <summary>
/// NCCL, loaded when it is first needed: a machine without GPUs has none, and must train all the same. So there is no
/// bridge between it and this class, which would have to be compiled against NCCL's headers; its functions are few,
/// their arguments plain, and its results are looked at here.
/// </summary>
public sealed unsafe class NcclLibrary
{
    /// <summary>The name that the system's loader, or the one of a CUDA libtorch, knows it by.</summary>
    public const string StandardName = "libnccl.so.2";

    /// <summary>The environment variable that names another file; who reads the environment hands it on.</summary>
    public const string PathVariable = "MINICPM_NCCL_LIBRARY";

    internal readonly delegate* unmanaged[Cdecl]<NcclUniqueId*, NcclResult> GetUniqueId;
    internal readonly delegate* unmanaged[Cdecl]<nint*, int, NcclUniqueId, int, NcclConfig*, NcclResult> InitRankConfig;
    internal readonly delegate* unmanaged[Cdecl]<nint, NcclResult*, NcclResult> GetAsyncError;
    internal readonly delegate* unmanaged[Cdecl]<nint, NcclResult> Finalize;
    internal readonly delegate* unmanaged[Cdecl]<nint, NcclResult> Destroy;
    internal readonly delegate* unmanaged[Cdecl]<nint, NcclResult> Abort;
    internal readonly delegate* unmanaged[Cdecl]<nint, nint, nuint, NcclDataType, int, nint, nint, NcclResult>
        AllReduce;
    internal readonly delegate* unmanaged[Cdecl]<nint, nint, nuint, NcclDataType, int, nint, nint, NcclResult>
        ReduceScatter;
    internal readonly delegate* unmanaged[Cdecl]<nint, nint, nuint, NcclDataType, nint, nint, NcclResult> AllGather;
    internal readonly delegate* unmanaged[Cdecl]<nint, nuint, NcclDataType, int, nint, nint, NcclResult> Send;
    internal readonly delegate* unmanaged[Cdecl]<nint, nuint, NcclDataType, int, nint, nint, NcclResult> Receive;
    internal readonly delegate* unmanaged[Cdecl]<NcclResult> StartGroup;
    internal readonly delegate* unmanaged[Cdecl]<NcclResult> EndGroup;
    private readonly delegate* unmanaged[Cdecl]<NcclResult, nint> _errorString;
    private readonly delegate* unmanaged[Cdecl]<nint, nint> _lastError;
    private readonly nint _library;
    private readonly string _path;

    private NcclLibrary(nint library, string path)
    {
        (_library, _path) = (library, path);
        Version = ReadVersion();
        if (Version.Code < NcclVersion.Oldest.Code)
            throw new NcclUnavailableException($"NCCL {NcclVersion.Oldest} or later", $"{Version} in {path}");
        GetUniqueId = (delegate* unmanaged[Cdecl]<NcclUniqueId*, NcclResult>)Function("ncclGetUniqueId");
        InitRankConfig = (delegate* unmanaged[Cdecl]<nint*, int, NcclUniqueId, int, NcclConfig*, NcclResult>)
            Function("ncclCommInitRankConfig");
        GetAsyncError = (delegate* unmanaged[Cdecl]<nint, NcclResult*, NcclResult>)Function("ncclCommGetAsyncError");
        Finalize = (delegate* unmanaged[Cdecl]<nint, NcclResult>)Function("ncclCommFinalize");
        Destroy = (delegate* unmanaged[Cdecl]<nint, NcclResult>)Function("ncclCommDestroy");
        Abort = (delegate* unmanaged[Cdecl]<nint, NcclResult>)Function("ncclCommAbort");
        AllReduce = (delegate* unmanaged[Cdecl]<nint, nint, nuint, NcclDataType, int, nint, nint, NcclResult>)
            Function("ncclAllReduce");
        ReduceScatter = (delegate* unmanaged[Cdecl]<nint, nint, nuint, NcclDataType, int, nint, nint, NcclResult>)
            Function("ncclReduceScatter");
        AllGather = (delegate* unmanaged[Cdecl]<nint, nint, nuint, NcclDataType, nint, nint, NcclResult>)
            Function("ncclAllGather");
        Send = (delegate* unmanaged[Cdecl]<nint, nuint, NcclDataType, int, nint, nint, NcclResult>)Function("ncclSend");
        Receive = (delegate* unmanaged[Cdecl]<nint, nuint, NcclDataType, int, nint, nint, NcclResult>)
            Function("ncclRecv");
        StartGroup = (delegate* unmanaged[Cdecl]<NcclResult>)Function("ncclGroupStart");
        EndGroup = (delegate* unmanaged[Cdecl]<NcclResult>)Function("ncclGroupEnd");
        _errorString = (delegate* unmanaged[Cdecl]<NcclResult, nint>)Function("ncclGetErrorString");
        _lastError = (delegate* unmanaged[Cdecl]<nint, nint>)Function("ncclGetLastError");
    }

    public NcclVersion Version { get; }

    /// <param name="path">A file; null or empty: <see cref="StandardName"/>, wherever the loader finds it.</param>
    /// <exception cref="NcclUnavailableException">It is missing, too old, or something else.</exception>
    public static NcclLibrary Load(string? path)
    {
        var name = string.IsNullOrEmpty(path) ? StandardName : path;
        if (!NativeLibrary.TryLoad(name, out var library))
            throw new NcclUnavailableException("NCCL's library", $"no {name} that can be loaded");
        return new NcclLibrary(library, name);
    }

    /// <summary>
    /// Makes the id by which the ranks of a new communicator know each other: made on one rank, sent to all.
    /// </summary>
    public byte[] NewUniqueId()
    {
        NcclUniqueId id;
        Require("ncclGetUniqueId", GetUniqueId(&id));
        return new Span<byte>(id.Content, NcclUniqueId.Bytes).ToArray();
    }

    /// <summary>Number of bytes of <see cref="NewUniqueId"/>.</summary>
    public static int UniqueIdBytes => NcclUniqueId.Bytes;

    /// <summary>NCCL's words for a result, and its last message where it has one.</summary>
    public string Words(NcclResult result)
    {
        var text = Marshal.PtrToStringUTF8(_errorString(result)) ?? $"result {(int)result}";
        var last = Marshal.PtrToStringUTF8(_lastError(0));
        return string.IsNullOrWhiteSpace(last) ? text : $"{text} ({last.Trim()})";
    }

    /// <summary>Returns success and "in progress"; throws for anything else.</summary>
    /// <exception cref="NcclException">The call has failed.</exception>
    internal NcclResult Require(string call, NcclResult result) =>
        result is NcclResult.Success or NcclResult.InProgress
            ? result
            : throw new NcclException(call, result, Words(result));

    private NcclVersion ReadVersion()
    {
        int code;
        var read = (delegate* unmanaged[Cdecl]<int*, NcclResult>)Function("ncclGetVersion");
        var result = read(&code);
        return result == NcclResult.Success
            ? new NcclVersion((uint)code)
            : throw new NcclUnavailableException(
                "NCCL's version", $"result {(int)result} of ncclGetVersion in {_path}");
    }

    private nint Function(string name) => NativeLibrary.TryGetExport(_library, name, out var address)
        ? address
        : throw new NcclUnavailableException($"NCCL {NcclVersion.Oldest} or later", $"no {name} in {_path}");
}
