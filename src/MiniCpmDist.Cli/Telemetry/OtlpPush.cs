using MiniCpmDist.Core.Runs;
using MiniCpmDist.Runs.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MiniCpmDist.Cli.Telemetry;

/// <summary>
/// Pushes the same metrics to a collector of OpenTelemetry and, if that is wanted, traces of steps, saves and calls. A
/// collector that is away costs the training nothing: exports run on threads of their own, and what they cannot send is
/// lost.
/// </summary>
internal sealed class OtlpPush : IDisposable
{
    private const int GrpcPort = 4317;
    private readonly MeterProvider _metrics;
    private readonly TracerProvider? _traces;

    private OtlpPush(MeterProvider metrics, TracerProvider? traces) => (_metrics, _traces) = (metrics, traces);

    /// <summary>Starts to push; null where no endpoint is configured.</summary>
    public static OtlpPush? Start(RunOptions options, int rank)
    {
        if (options.Telemetry.OtlpEndpoint is not { } endpoint)
            return null;
        var resource = ResourceBuilder.CreateEmpty()
            .AddService("minicpm", serviceInstanceId: $"{options.Name}-{rank}")
            .AddAttributes(
                [new("run", options.Name), new("rank", (long)rank), new("host.name", Environment.MachineName)]);
        var metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter("MiniCpmDist.*")
            // What is counted within a step names its trace, where there are traces.
            .SetExemplarFilter(
                options.Telemetry.Traces ? ExemplarFilterType.TraceBased : ExemplarFilterType.AlwaysOff)
            .AddOtlpExporter(exporter => Aim(exporter, endpoint, "v1/metrics"))
            .Build();
        var traces = !options.Telemetry.Traces ? null : Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            // The frameworks' own sources, for calls that are answered and made.
            .AddSource(RunActivities.Name, "Microsoft.AspNetCore", "System.Net.Http")
            .AddOtlpExporter(exporter => Aim(exporter, endpoint, "v1/traces"))
            .Build();
        return new OtlpPush(metrics, traces);
    }

    public void Dispose()
    {
        _metrics.Dispose();
        _traces?.Dispose();
    }

    /// <summary>gRPC at its usual port, HTTP with protobuf at any other.</summary>
    private static void Aim(OtlpExporterOptions exporter, string endpoint, string path)
    {
        var uri = new Uri(endpoint);
        var isGrpc = uri.Port == GrpcPort;
        exporter.Protocol = isGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        // An HTTP address that is set in code is used as it is.
        exporter.Endpoint = isGrpc ? uri : new Uri(new Uri(endpoint.TrimEnd('/') + "/"), path);
    }
}
