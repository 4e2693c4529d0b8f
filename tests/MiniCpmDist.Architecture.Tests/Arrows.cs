namespace MiniCpmDist.Architecture.Tests;

/// <summary>
/// What each project may refer to: the one place to change when an arrow is added, with its reason in DECISIONS.md.
/// </summary>
internal static class Arrows
{
    private const string Core = "MiniCpmDist.Core";
    private const string Native = "MiniCpmDist.Native";
    private const string Engine = "MiniCpmDist.Engine";
    private const string Protocol = "MiniCpmDist.Protocol";
    private const string Coordinator = "MiniCpmDist.Coordinator";
    private const string Cli = "MiniCpmDist.Cli";

    public static IReadOnlyDictionary<string, string[]> BetweenProjects { get; } = new Dictionary<string, string[]>
    {
        [Core] = [],
        [Native] = [],
        [Engine] = [Core, Native],
        [Protocol] = [Core, Native],
        [Coordinator] = [Core, Native, Protocol],
        [Cli] = [Core, Native, Engine, Protocol, Coordinator],
    };

    /// <summary>The packages a project may bring in.</summary>
    public static IReadOnlyDictionary<string, string[]> ToPackages { get; } = new Dictionary<string, string[]>
    {
        [Core] = ["System.IO.Hashing", "YamlDotNet"],
        [Native] = ["MPI.NET"],
        [Engine] = ["AngleSharp", "TorchSharp", "libtorch-cpu-linux-x64", "TorchSharp-cuda-linux"],
        [Protocol] = ["Google.Protobuf", "Grpc.Tools", "Grpc.Net.Client"],
        [Coordinator] = ["Grpc.AspNetCore", "Grpc.AspNetCore.HealthChecks", "Grpc.AspNetCore.Server.Reflection"],
        [Cli] = [
            "System.CommandLine", "OpenTelemetry", "OpenTelemetry.Exporter.OpenTelemetryProtocol",
            "prometheus-net.AspNetCore", "KubernetesClient",
        ],
    };

    /// <summary>Folders of Engine from the ground up: a folder uses its own and those on floors below it.</summary>
    public static IReadOnlyList<string[]> EngineFloors { get; } =
    [
        ["Tracing", "Files"],
        ["Collectives", "Corpus", "TextCollection"],
        ["Tokenization"],
        ["Data"],
        ["Model", "DataBuilding"],
        ["Optimization", "Objectives"],
        ["Steps", "Checkpoints"],
        ["Import", "Faults"],
        ["Runs"],
        ["Replay", "Steering", "Telemetry"],
        ["Saving"],
        ["Recovery"],
        ["Training", "Quantization", "Export"],
        ["Inference"],
        ["PostTraining", "WindTunnel"],
    ];
}
