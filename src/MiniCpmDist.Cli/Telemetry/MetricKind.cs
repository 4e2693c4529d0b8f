namespace MiniCpmDist.Cli.Telemetry;

/// <summary>The types of Prometheus that there is a use for.</summary>
internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}
