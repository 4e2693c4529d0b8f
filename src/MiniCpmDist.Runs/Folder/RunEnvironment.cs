using System.Runtime.InteropServices;
using MiniCpmDist.Native.TorchExt;

namespace MiniCpmDist.Runs.Folder;

/// <summary>
/// What the bits of a run may depend on beside its configuration. BLAS kernels differ between CPU models, so the record
/// says where each attempt ran, and a resume elsewhere says what differs.
/// </summary>
public sealed record RunEnvironment(
    int WorldSize,
    string Threads,
    string Version,
    string TensorLibrary,
    string LibTorch,
    string Simd,
    string Blas,
    string Mpi,
    string Cpu,
    string Framework)
{
    internal const string WorldSizeKey = "world_size";

    /// <summary>The implementation of gRPC; empty where the run does not use it.</summary>
    public string RpcLibrary { get; init; } = "";

    /// <summary>Reads this machine.</summary>
    public static RunEnvironment Here(int worldSize, string version, string tensorLibrary, string mpi) => new(
        worldSize,
        ThreadsInUse(),
        version,
        tensorLibrary,
        LibTorchInfo.Version,
        LibTorchInfo.CpuCapability,
        LibTorchInfo.Blas,
        mpi,
        CpuModel(),
        RuntimeInformation.FrameworkDescription);

    public IEnumerable<(string Key, object? Value)> Details =>
    [
        (WorldSizeKey, WorldSize),
        ("threads", Threads),
        ("version", Version),
        ("tensor_library", TensorLibrary),
        ("rpc_library", RpcLibrary),
        ("libtorch", LibTorch),
        ("simd", Simd),
        ("blas", Blas),
        ("mpi", Mpi),
        ("cpu", Cpu),
        ("dotnet", Framework),
    ];

    /// <summary>The threads that the libraries themselves report, not those that the configuration asked for.</summary>
    private static string ThreadsInUse()
    {
        var (aten, blas) = ComputeThreads.Get();
        return $"ATen {aten}, BLAS {blas}";
    }

    private static string CpuModel()
    {
        const string Path = "/proc/cpuinfo";
        if (!File.Exists(Path))
            return RuntimeInformation.ProcessArchitecture.ToString();
        var line = File.ReadLines(Path).FirstOrDefault(text => text.StartsWith("model name", StringComparison.Ordinal));
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
