using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Native.Mpi;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Journal;
using MiniCpmDist.Runs.Telemetry;

namespace MiniCpmDist.Cli.Telemetry;

/// <summary>
/// What one rank of a training run tells to the outside, put together: its meters, who listens to them, and where that
/// is served.
/// </summary>
internal sealed class RunTelemetry : IDisposable
{
    private readonly RunOptions _options;
    private readonly int _ownRank;
    private readonly Meter _run;
    private readonly Meter _rank;
    private readonly MetricsCollector _collector;
    private readonly OtlpPush? _push;
    private readonly MetricsServer? _server;
    private string? _scrapeFile;

    private RunTelemetry(RunOptions options, int rank)
    {
        (_options, _ownRank) = (options, rank);
        KeyValuePair<string, object?>[] labels = [new("run", options.Name), new("rank", rank)];
        _run = new Meter(new MeterOptions("MiniCpmDist.Run") { Scope = this, Tags = labels[..1] });
        _rank = new Meter(new MeterOptions("MiniCpmDist.Rank") { Scope = this, Tags = labels });
        // Without traces there is nothing to name.
        _collector = new MetricsCollector(this, options.Telemetry is { Traces: true, OtlpEndpoint: not null });
        _push = OtlpPush.Start(options, rank);
        _server = Serve();
    }

    /// <summary>Starts to listen; null where the configuration asks for nothing: then nothing is measured.</summary>
    /// <exception cref="ConfigurationException">The address is not this machine's.</exception>
    public static RunTelemetry? Start(RunOptions options, int rank) =>
        options.Telemetry is { MetricsPort: null, OtlpEndpoint: null }
        && options.Coordinator is { Http: null } or { Address: null }
            ? null
            : new RunTelemetry(options, rank);

    /// <summary>All that this rank knows, for Prometheus.</summary>
    public RequestDelegate Answer => _collector.Answer;

    /// <summary>A clock of the parts of steps.</summary>
    public static PartClock NewClock() => new(TimeProvider.System, StepParts.SharedSpans);

    public ICommunicator Measure(ICommunicator communicator, StepTrace trace) =>
        new MeasuredCommunicator(communicator, trace, _rank, TimeProvider.System);

    public RankMetrics MeasureRank(int worldSize) => new(_rank, _options, worldSize);

    /// <summary>Wraps the run control of rank 0, and counts commands on their way.</summary>
    public IRunControl Measure(IRunControl control) => new CommandMetrics(_run, control);

    /// <summary>
    /// Returns the observers of rank 0. Call it before this attempt adds to what earlier attempts have done.
    /// </summary>
    public IReadOnlyList<IStepObserver> Observers(RunFolder folder)
    {
        using var process = Process.GetCurrentProcess();
        var startup = TimeProvider.System.GetUtcNow() - process.StartTime;
        var (furthest, since) = EarlierAttempts.Of(folder, TimeProvider.System);
        var down = since > startup ? since - startup : TimeSpan.Zero;
        return
        [
            new TrainingMetrics(_run, _options, ProductVersion.Text, TimeProvider.System),
            new CheckpointMetrics(_run, _options, TimeProvider.System),
            new GoodputMetrics(_run, furthest, down, startup, TimeProvider.System),
        ];
    }

    /// <summary>Says in the run's folder where this rank is to be scraped.</summary>
    public void Announce(string folder)
    {
        if (_server is null)
            return;
        var path = Path.Combine(folder, ScrapeTarget.FileName(_ownRank));
        ScrapeTarget.Write(path, _options.Telemetry.MetricsAddress, _server.Port);
        _scrapeFile = path;
    }

    public void Dispose()
    {
        if (_scrapeFile is not null)
            File.Delete(_scrapeFile);
        _server?.Dispose();
        _push?.Dispose();
        _collector.Dispose();
        _run.Dispose();
        _rank.Dispose();
    }

    private MetricsServer? Serve()
    {
        if (_options.Telemetry.MetricsPort is not { } port)
            return null;
        var local = MpiLaunch.LocalRank(Environment.GetEnvironmentVariable) ?? _ownRank;
        var wanted = port == 0 ? 0 : port + local;
        var server = MetricsServer.Start(_options.Telemetry.MetricsAddress, wanted, _collector.Answer);
        if (wanted != 0 && server.Port != wanted)
        {
            Console.Error.WriteLine(
                $"note: rank {_ownRank}: another process listens on port {wanted}; metrics are at port {server.Port}");
        }
        return server;
    }
}
