namespace MiniCpmDist.Architecture.Tests;

/// <summary>
/// What each project may refer to: the one place to change when an arrow is added, with its reason in docs/decisions.
/// </summary>
internal static class Arrows
{
    private const string Core = "MiniCpmDist.Core";
    private const string Native = "MiniCpmDist.Native";
    private const string Data = "MiniCpmDist.Data";
    private const string Runs = "MiniCpmDist.Runs";
    private const string Engine = "MiniCpmDist.Engine";
    private const string Coordinator = "MiniCpmDist.Coordinator";
    private const string Cli = "MiniCpmDist.Cli";

    public static IReadOnlyDictionary<string, string[]> BetweenProjects { get; } = new Dictionary<string, string[]>
    {
        [Core] = [],
        [Native] = [],
        [Data] = [Core, Native],
        [Runs] = [Core, Native, Data],
        [Engine] = [Core, Native, Data, Runs],
        [Coordinator] = [Core, Native],
        [Cli] = [Core, Native, Data, Runs, Engine, Coordinator],
    };

    /// <summary>The packages a project may bring in.</summary>
    public static IReadOnlyDictionary<string, string[]> ToPackages { get; } = new Dictionary<string, string[]>
    {
        [Core] = ["MathNet.Numerics", "System.IO.Hashing", "YamlDotNet"],
        [Native] = ["MPI.NET"],
        [Data] = [
            "AngleSharp", "AWSSDK.S3", "Parquet.Net", "SkiaSharp", "SkiaSharp.NativeAssets.Linux.NoDependencies",
            "Sylvan.Data.Csv", "ZstdSharp.Port",
        ],
        [Runs] = [],
        [Engine] = ["TorchSharp", "libtorch-cpu-linux-x64", "TorchSharp-cuda-linux"],
        [Coordinator] = [
            "Google.Protobuf", "Grpc.Tools", "Grpc.Net.Client", "Grpc.AspNetCore", "Grpc.AspNetCore.HealthChecks",
            "Grpc.AspNetCore.Server.Reflection",
        ],
        [Cli] = [
            "System.CommandLine", "OpenTelemetry", "OpenTelemetry.Exporter.OpenTelemetryProtocol",
            "prometheus-net.AspNetCore", "KubernetesClient", "ScottPlot",
        ],
    };

    /// <summary>
    /// The folders of a project from the ground up: a folder uses its own types and those of the floors below it.
    /// </summary>
    public static IReadOnlyDictionary<string, string[][]> Floors { get; } = new Dictionary<string, string[][]>
    {
        [Core] =
        [
            ["Problems", "Randomness"],
            ["Values", "Ranks"],
            ["Images"],
            ["Model"],
            ["Schedules", "Sharding", "Formats"],
            [
                "DataOrder", "Checkpoints", "Corpus", "Deduplication", "Chat", "Alignment", "Generation",
                "Quantization", "Recall", "Scenes",
            ],
            ["Control"],
            ["Recovery"],
            ["Runs"],
            ["History", "Planning", "ScalingLaws", "WindTunnel"],
            ["Configuration"],
            ["Launching", "Evaluation", "Filtering"],
        ],
        [Data] =
        [
            ["Objects"],
            ["Files", "Ranks"],
            ["ParquetFiles", "Images"],
            ["Corpus", "TextCollection"],
            ["Tokenization"],
            ["TokenFolders"],
            ["Building", "Evaluation", "Recall", "Scenes"],
            ["Chat", "Deduplication", "Filtering"],
            ["ImageChat"],
        ],
        [Runs] =
        [
            ["Checkpoints"],
            ["Folder"],
            ["Journal"],
            ["Lineage", "History", "Replay", "Recovery", "Evaluation"],
            ["Telemetry", "WindTunnel"],
        ],
        [Engine] =
        [
            ["Tensors"],
            ["Collectives"],
            ["Model"],
            ["Objectives", "Optimization"],
            ["Conversion"],
            ["Checkpoints"],
            ["Evaluation"],
            ["Quantization", "Training"],
        ],
        [Cli] =
        [
            ["Charts", "Launching"],
            ["Display", "Figures"],
            ["Telemetry"],
            ["Hosting"],
            ["Control", "Planning", "Supervision", "Evaluation"],
            ["Quickstart", "WindTunnel"],
            ["Commands"],
        ],
    };
}
