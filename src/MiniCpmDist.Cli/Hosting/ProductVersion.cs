using System.Reflection;
using MiniCpmDist.Native.TorchExt;

namespace MiniCpmDist.Cli.Hosting;

/// <summary>What this build is, and which libraries stand behind the TorchSharp and gRPC names.</summary>
internal static class ProductVersion
{
    public static string Text { get; } =
        typeof(ProductVersion).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? "unknown";

    public static string TensorLibrary { get; } = NameOf(typeof(TorchSharp.torch));

    public static string RpcLibrary { get; } = NameOf(typeof(Grpc.Core.Metadata));

    /// <summary>A line for each thing that can differ between two machines.</summary>
    public static IEnumerable<string> Lines =>
    [
        $"minicpm {Text}",
        $"tensors: {TensorLibrary} over libtorch {LibTorchInfo.Version} "
            + $"({LibTorchInfo.CpuCapability}, {LibTorchInfo.Blas})",
        $"rpc: {RpcLibrary}",
    ];

    /// <summary>Assemblies of the substitutes say so in their name.</summary>
    private static string NameOf(Type type) => $"{type.Assembly.GetName().Name} {type.Assembly.GetName().Version}";
}
