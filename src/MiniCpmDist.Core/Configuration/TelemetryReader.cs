using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Core.Configuration;

/// <summary>The section <c>telemetry</c>.</summary>
internal static class TelemetryReader
{
    private const int LastPort = 65535;

    public static IReadOnlyList<(string Word, LogFormat Value)> Formats { get; } =
        [("auto", LogFormat.Auto), ("text", LogFormat.Text), ("json", LogFormat.Json)];

    public static TelemetryOptions Read(YamlSection section)
    {
        int? port = section.Node("metrics_port") is null ? null : section.Whole("metrics_port", 9400, 0);
        section.Require(
            port is null or <= LastPort, "metrics_port", $"a port from 0 to {LastPort}", port ?? 0,
            "write such as `metrics_port: 9400`");
        var options = new TelemetryOptions
        {
            MetricsPort = port,
            MetricsAddress = section.Text("metrics_address") ?? TelemetryOptions.Loopback,
            PeakFlopsPerSecond = Peak(section),
            OtlpEndpoint = Endpoint(section),
            Traces = section.Truth("traces", standard: false),
            Log = section.Choice("log", LogFormat.Auto, Formats),
        };
        section.Require(
            !options.Traces || options.OtlpEndpoint is not null || section.IsFaulty("otlp_endpoint"), "traces",
            "an `otlp_endpoint` to push traces to", "none", "write such as `otlp_endpoint: http://127.0.0.1:4317`");
        section.Finish();
        return options;
    }

    private static double? Peak(YamlSection section) => section.Node("peak_flops_per_second") is null
        ? null
        : section.Number(
            "peak_flops_per_second", 1e12, "a number above zero, of all ranks together", value => value > 0);

    private static string? Endpoint(YamlSection section)
    {
        var text = section.Text("otlp_endpoint");
        section.Require(
            text is null || (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"),
            "otlp_endpoint", "an address such as `http://collector:4317`", $"`{text}`",
            "begin with http:// and name host and port, or write `otlp_endpoint: null`");
        return text;
    }
}
