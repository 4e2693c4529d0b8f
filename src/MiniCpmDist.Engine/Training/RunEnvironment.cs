using System.Runtime.InteropServices;
using MiniCpmDist.Native.TorchExt;

namespace MiniCpmDist.Engine.Training;

/// <summary>
/// What the bits of a run may depend on beside its configuration. BLAS kernels differ between CPU models, so the record
/// says where each attempt ran, and a resume elsewhere says what differs.
/// </summary>
public sealed record RunEnvironment(
    int WorldSize,
    string Version,
    string TensorLibrary,
    string LibTorch,
    string Simd,
    string Blas,
    string Mpi,
    string Cpu,
    string Framework)
{
    /// <summary>Reads this machine.</summary>
    public static RunEnvironment Here(int worldSize, string version, string tensorLibrary, string mpi) => new(
        worldSize,
        version,
        tensorLibrary,
        LibTorchInfo.Version,
        LibTorchInfo.CpuCapability,
        LibTorchInfo.BlasCore,
        mpi,
        CpuModel(),
        RuntimeInformation.FrameworkDescription);

    public IEnumerable<(string Key, object? Value)> Details =>
    [
        ("world_size", WorldSize),
        ("version", Version),
        ("tensor_library", TensorLibrary),
        ("libtorch", LibTorch),
        ("simd", Simd),
        ("blas", Blas),
        ("mpi", Mpi),
        ("cpu", Cpu),
        ("dotnet", Framework),
    ];

    private static string CpuModel()
    {
        const string path = "/proc/cpuinfo";
        if (!File.Exists(path))
            return RuntimeInformation.ProcessArchitecture.ToString();
        var line = File.ReadLines(path).FirstOrDefault(text => text.StartsWith("model name", StringComparison.Ordinal));
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
