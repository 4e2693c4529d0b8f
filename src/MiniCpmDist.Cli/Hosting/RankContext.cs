using System.Diagnostics.Metrics;
using MiniCpmDist.Cli.Launching;
using MiniCpmDist.Cli.Telemetry;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Engine.Training.FaultInjection;
using MiniCpmDist.Native.TorchExt;
using MiniCpmDist.Runs.Recovery;
using MiniCpmDist.Runs.Telemetry;

namespace MiniCpmDist.Cli.Hosting;

/// <summary>
/// What a rank has around the run that it trains: the world, whose collectives are measured and watched, and what looks
/// at the rank from outside: signals, telemetry, trace and heartbeat.
/// </summary>
internal sealed class RankContext : IDisposable
{
    private readonly Meter? _meter;
    private bool _hasToldEnd;

    private RankContext(HostedAttempt attempt)
    {
        var (options, profile) = (attempt.Options, attempt.Profile);
        World = RankWorld.Join();
        Planned = PlannedFaults.Read(Environment.GetEnvironmentVariable, World.Rank);
        if (Planned is not null)
            World = new FaultyCommunicator(World, Planned);
        StartTimes.Done("configuration");
        // This comes before the first tensor, so that neither the launcher nor the environment decides how sums are
        // split over threads.
        ComputeThreads.Set(options.Parallel.ThreadsPerRank);
        TensorMemory.KeepFreed();
        StartTimes.Done("load libtorch");
        Signals = new SaveSignals(isTold: World.Rank == 0);
        Telemetry = RunTelemetry.Start(options, World.Rank);
        Trace = new StepTrace(profile, World.Rank, attempt.Folder.Path, TimeProvider.System)
        {
            Parts = Telemetry is null ? null : RunTelemetry.NewClock(),
        };
        if (profile is not null)
            StartTimes.Tell(Trace);
        Heartbeat = new HeartbeatWriter(World.Rank);
        Signals.EndAsked = TellEnd;
        // A trace without collectives would show them as computation.
        _meter = profile is not null && Telemetry is null ? new Meter("MiniCpmDist.Trace") : null;
        ICommunicator? measured = _meter is null
            ? Telemetry?.Measure(World, Trace)
            : new MeasuredCommunicator(World, Trace, _meter, TimeProvider.System);
        Watched = new WatchedCommunicator(measured ?? World, Heartbeat);
    }

    /// <summary>All ranks, through a communicator that is neither measured nor watched.</summary>
    public ICommunicator World { get; }

    /// <summary>All ranks, as training uses them.</summary>
    public ICommunicator Watched { get; }

    /// <summary>The faults that tests have planned for this rank; null for none.</summary>
    public PlannedFaults? Planned { get; }

    public SaveSignals Signals { get; }

    /// <summary>The telemetry of this rank; null where the configuration asks for none.</summary>
    public RunTelemetry? Telemetry { get; }

    public StepTrace Trace { get; }

    public HeartbeatWriter Heartbeat { get; }

    public bool IsFirst => World.Rank == 0;

    private void TellEnd(string? gone)
    {
        Heartbeat.EndAsked();
        // The kernel sends one signal for each thread of a process that is gone.
        if (gone is not null && IsFirst && !Interlocked.Exchange(ref _hasToldEnd, true))
            Console.Error.WriteLine($"minicpm: {gone}, so nobody watches this run: it saves a checkpoint and ends.");
    }

    public static RankContext Enter(HostedAttempt attempt) => new(attempt);

    public void Dispose()
    {
        _meter?.Dispose();
        Heartbeat.Dispose();
        Telemetry?.Dispose();
        Signals.Dispose();
    }
}
