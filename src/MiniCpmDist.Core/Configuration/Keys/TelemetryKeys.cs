using MiniCpmDist.Core.Runs;
using Key = MiniCpmDist.Core.Configuration.Keys.Key<MiniCpmDist.Core.Runs.TelemetryOptions>;

namespace MiniCpmDist.Core.Configuration.Keys;

/// <summary>The section <c>telemetry</c>.</summary>
internal static class TelemetryKeys
{
    private const int LastPort = 65535;
    private const string Port = "metrics_port";
    private const string Peak = "peak_flops_per_second";
    private const string PeakExpected = "a number above zero, of all ranks together";
    private const string Endpoint = "otlp_endpoint";
    private const string TensorBoard = "tensorboard";
    private const string TensorBoardExpected = "a folder, or nothing";
    private const string EndpointExpected = "an address such as `http://collector:4317`";

    private static readonly IReadOnlyList<(string Word, LogFormat Value)> s_formats =
        [("auto", LogFormat.Auto), ("text", LogFormat.Text), ("json", LogFormat.Json)];

    public static KeyTable<TelemetryOptions> Table { get; } = new(
        Key.Special(
            Port, KeyRule.Watching, $"a port from 0 to {LastPort}, or null",
            "rank 0 answers /metrics there and each next rank of a host at the next one; 0 for any free port",
            (o, text) => text.Line(Port, o.MetricsPort is { } port ? YamlScalar.Of(port) : "null"),
            (o, section, _) => o with { MetricsPort = ReadPort(section) }),
        Key.Text(
            "metrics_address", o => o.MetricsAddress, (o, v) => o with { MetricsAddress = v! }, KeyRule.Watching,
            "the address of that port; `*` for all that the machine has"),
        Key.Special(
            Peak, KeyRule.Watching, PeakExpected, "what the hardware could do, for the share of it that is used",
            (o, text) => text.Line(Peak, o.PeakFlopsPerSecond is { } peak ? YamlScalar.Of(peak) : "null"),
            (o, section, _) => o with { PeakFlopsPerSecond = ReadPeak(section) }),
        Key.Special(
            Endpoint, KeyRule.Watching, EndpointExpected, "where metrics are pushed as OTLP",
            (o, text) => text.Line(Endpoint, YamlScalar.Of(o.OtlpEndpoint)),
            (o, section, _) => o with { OtlpEndpoint = ReadEndpoint(section) }),
        Key.Truth(
            "traces", o => o.Traces, (o, v) => o with { Traces = v }, KeyRule.Watching,
            "push a trace of steps, checkpoints and calls there too"),
        Key.Special(
            TensorBoard, KeyRule.Watching, TensorBoardExpected,
            "where TensorBoard's event files are written, in a folder of the run's name", WriteTensorBoard,
            (o, section, _) => o with { TensorBoard = section.Text(TensorBoard, TensorBoardExpected) }),
        Key.Choice(
            "log", o => o.Log, (o, v) => o with { Log = v }, s_formats, KeyRule.Watching,
            "how rank 0 tells what happens"))
    {
        Complete = Check,
    };

    private static TelemetryOptions Check(TelemetryOptions options, YamlSection section)
    {
        section.Require(
            !options.Traces || options.OtlpEndpoint is not null || section.HasProblem(Endpoint), "traces",
            "an `otlp_endpoint` to push traces to", "none", "write such as `otlp_endpoint: http://127.0.0.1:4317`");
        return options;
    }

    // Files of runs that write none stay as they were before there was such a key.
    private static void WriteTensorBoard(TelemetryOptions options, RunFileText text)
    {
        if (options.TensorBoard is { } folder)
            text.Line(TensorBoard, YamlScalar.Of(folder));
    }

    private static int? ReadPort(YamlSection section)
    {
        int? port = section.Node(Port) is null ? null : section.Whole(Port, 9400, 0);
        section.Require(
            port is null or <= LastPort, Port, $"a port from 0 to {LastPort}", port ?? 0,
            "write such as `metrics_port: 9400`");
        return port;
    }

    private static double? ReadPeak(YamlSection section) =>
        section.Node(Peak) is null ? null : section.Number(Peak, 1e12, PeakExpected, value => value > 0);

    private static string? ReadEndpoint(YamlSection section)
    {
        var text = section.Text(Endpoint);
        section.Require(
            text is null || (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"),
            Endpoint, EndpointExpected, $"`{text}`",
            "begin with http:// and name host and port, or write `otlp_endpoint: null`");
        return text;
    }
}
