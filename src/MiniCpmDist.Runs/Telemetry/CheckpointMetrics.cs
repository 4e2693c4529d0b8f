using System.Diagnostics.Metrics;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Runs.Checkpoints;

namespace MiniCpmDist.Runs.Telemetry;

/// <summary>What rank 0 reports about the run's checkpoints.</summary>
public sealed class CheckpointMetrics : IStepObserver
{
    private static readonly double[] s_seconds = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300];
    private readonly TimeProvider _time;
    private readonly Histogram<double> _elapsed;
    private readonly Histogram<double> _stall;
    private readonly Gauge<long> _bytes;
    private readonly Gauge<long> _position;
    private readonly Gauge<double> _success;
    private readonly Counter<long> _failures;

    // A thread that asks for metrics reads this.
    private long _tokenBatch;

    /// <param name="meter">Of the run.</param>
    /// <param name="run">Its configuration.</param>
    /// <param name="time">The clock.</param>
    public CheckpointMetrics(Meter meter, RunOptions run, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(meter);
        ArgumentNullException.ThrowIfNull(run);
        _time = time;
        _tokenBatch = run.Schedule.TokenBatch;
        var options = run.Checkpoint;
        _elapsed = meter.CreateHistogram<double>(
            "minicpm.checkpoint.duration", "s", "Time from the beginning of a save to its end, while training goes on.",
            advice: new() { HistogramBucketBoundaries = s_seconds });
        _stall = meter.CreateHistogram<double>(
            "minicpm.checkpoint.stall", "s", "Time for which training waited for a save.",
            advice: new() { HistogramBucketBoundaries = s_seconds });
        _bytes = meter.CreateGauge<long>("minicpm.checkpoint", "By", "Size of the newest checkpoint.");
        _position = meter.CreateGauge<long>(
            "minicpm.checkpoint.position.tokens", null, "Place of the newest checkpoint on the token axis, in tokens.");
        _success = meter.CreateGauge<double>(
            "minicpm.checkpoint.last.success.timestamp", "s",
            "Unix time at which the newest checkpoint was committed.");
        _failures = meter.CreateCounter<long>(
            "minicpm.checkpoint.failures", null, "Saves that failed because the disk refused a write.");
        _failures.Add(0);
        if (options.Every is { } every)
        {
            meter.CreateObservableGauge(
                "minicpm.checkpoint.interval.tokens", () => every.InTokens(Interlocked.Read(ref _tokenBatch)), null,
                "Tokens between two checkpoints, as configured.");
        }
        if (options.EveryTime is { } span)
        {
            meter.CreateObservableGauge(
                "minicpm.checkpoint.interval", () => span.TotalSeconds, "s",
                "Time between two checkpoints, as configured.");
        }
    }

    public void Started(RunProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        // The place that an attempt starts from is saved, or it is the beginning, which needs no checkpoint.
        _position.Record(progress.Tokens);
    }

    public void Stepped(StepReport report, RunProgress progress)
    {
        ArgumentNullException.ThrowIfNull(report);
        Interlocked.Exchange(ref _tokenBatch, report.TokenBatch);
    }

    public void SaveEnded(SaveResult save)
    {
        ArgumentNullException.ThrowIfNull(save);
        if (save.Failure is not null)
        {
            _failures.Add(1);
            return;
        }
        _elapsed.Record(save.Elapsed.TotalSeconds);
        _stall.Record(save.Stall.TotalSeconds);
        _bytes.Record(save.Bytes);
        _position.Record(save.Tokens);
        _success.Record((_time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds);
    }
}
