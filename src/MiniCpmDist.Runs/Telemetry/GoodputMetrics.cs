using System.Diagnostics.Metrics;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Runs.Telemetry;

/// <summary>
/// How much of the time since the attempt before has moved the run on, and what the rest was spent on. A step that an
/// earlier attempt had done already does not move the run on.
/// </summary>
public sealed class GoodputMetrics : IStepObserver
{
    private static readonly string[] s_lostParts =
        [StepParts.DataWait, StepParts.CheckpointStall, StepParts.Evaluation, StepParts.Pause];

    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly TimeSpan _startup;
    private readonly TimeSpan _down;
    private readonly Counter<double> _lost;
    private long _furthestStep;
    private long _reached;
    private long? _rolledBack;
    private int _restarts;
    private double _productive;

    /// <param name="meter">Of the run.</param>
    /// <param name="furthestStep">The last step of earlier attempts; 0 for the first.</param>
    /// <param name="down">Between the attempt before and this process.</param>
    /// <param name="startup">Since this process began.</param>
    /// <param name="time">The clock.</param>
    public GoodputMetrics(Meter meter, long furthestStep, TimeSpan down, TimeSpan startup, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(meter);
        ArgumentNullException.ThrowIfNull(time);
        (_time, _furthestStep, _down, _startup) = (time, furthestStep, down, startup);
        _start = time.GetTimestamp();
        _lost = meter.CreateCounter<double>("minicpm.lost", "s", "Time in which the run made no progress, by cause.");
        meter.CreateObservableCounter(
            "minicpm.restarts", () => Volatile.Read(ref _restarts), null,
            "Attempts of the run after its first one.");
        meter.CreateObservableGauge(
            "minicpm.goodput", Goodput, "1",
            "Share of the time since the previous attempt ended in which the run made progress.");
        Lose("down", down.TotalSeconds);
        foreach (var cause in s_lostParts.Concat(["repeated", "rollback"]))
            Lose(cause, 0);
    }

    public void Started(RunProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        Volatile.Write(ref _restarts, progress.Attempt - 1);
        if (_rolledBack is { } since)
            Lose("rollback", _time.GetElapsedTime(since).TotalSeconds);
        else
            Lose("startup", (_time.GetElapsedTime(_start) + _startup).TotalSeconds);
    }

    public void RolledBack(RollbackReport report)
    {
        (_rolledBack, _furthestStep) = (_time.GetTimestamp(), Math.Max(_furthestStep, _reached));
    }

    public void Stepped(StepReport report, RunProgress progress)
    {
        ArgumentNullException.ThrowIfNull(report);
        _reached = Math.Max(_reached, report.Step);
        var useful = Math.Max(0, report.Seconds - report.DataSeconds);
        if (report.Step <= _furthestStep)
            Lose("repeated", useful);
        else
            Volatile.Write(ref _productive, _productive + useful);
    }

    public void Spent(IReadOnlyDictionary<string, double> secondsOfSpans)
    {
        var parts = StepParts.Of(secondsOfSpans);
        foreach (var part in s_lostParts)
            Lose(part, parts[part]);
    }

    private double Goodput()
    {
        var all = (_time.GetElapsedTime(_start) + _startup + _down).TotalSeconds;
        return all > 0 ? Math.Min(1, Volatile.Read(ref _productive) / all) : 0;
    }

    private void Lose(string cause, double seconds) =>
        _lost.Add(seconds, new KeyValuePair<string, object?>("cause", cause));
}
