using System.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Net.Client;
using MiniCpmDist.Native.Mpi;
using MiniCpmDist.Native.TorchExt;

namespace MiniCpmDist.Cli.Display;

/// <summary>What this build is, and which libraries it computes and speaks with.</summary>
internal static class ProductVersion
{
    public static string Text { get; } =
        typeof(ProductVersion).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? "unknown";

    public static string TensorLibrary { get; } = NameOf(typeof(TorchSharp.torch));

    public static string RpcLibrary { get; } =
        $"{ReleaseOf(typeof(GrpcChannel))}, {ReleaseOf(typeof(GrpcServiceOptions))}";

    /// <summary>A line for each thing that can differ between two machines.</summary>
    public static IEnumerable<string> Lines =>
    [
        $"minicpm {Text}",
        $"tensors: {TensorLibrary} over libtorch {LibTorchInfo.Version} "
            + $"({LibTorchInfo.CpuCapability}, {LibTorchInfo.Blas})",
        $"mpi: {Mpi()}",
        $"rpc: {RpcLibrary}",
    ];

    /// <summary>The first line of what MPI says of itself, without the tabs that some have in it.</summary>
    private static string Mpi()
    {
        try
        {
            var words = MpiWorld.LibraryVersion.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            return string.Join(' ', words);
        }
        catch (DllNotFoundException missing)
        {
            return missing.Message;
        }
    }

    /// <summary>gRPC's assemblies have one version for all releases, and the release in a text for people.</summary>
    private static string ReleaseOf(Type type) =>
        $"{type.Assembly.GetName().Name} "
        + type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];

    private static string NameOf(Type type) => $"{type.Assembly.GetName().Name} {type.Assembly.GetName().Version}";
}
