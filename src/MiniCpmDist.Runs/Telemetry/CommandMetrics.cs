using System.Diagnostics.Metrics;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Runs.Telemetry;

/// <summary>
/// Counts the commands that a run gets through the port, and reports what the schedule has become because of them.
/// </summary>
public sealed class CommandMetrics : IRunControl
{
    private readonly IRunControl _inner;
    private readonly Counter<long> _commands;
    private readonly Gauge<double> _weights;
    private readonly Gauge<int> _paused;

    /// <param name="meter">Of the run.</param>
    /// <param name="inner">Where commands come from.</param>
    public CommandMetrics(Meter meter, IRunControl inner)
    {
        ArgumentNullException.ThrowIfNull(meter);
        _inner = inner;
        _commands = meter.CreateCounter<long>(
            "minicpm.commands", null, "Commands that rank 0 has decided, by kind and result.");
        _weights = meter.CreateGauge<double>(
            "minicpm.mixture.weight", "1", "Share of a source in the mixture that the run follows now.");
        _paused = meter.CreateGauge<int>(
            "minicpm.paused", null, "1 while the run waits between two steps because of a pause command, else 0.");
        foreach (var result in (string[])["accepted", "refused"])
            Count("checkpoint", result, 0);
    }

    public RunRequest? Take() => _inner.Take();

    public void Decided(RunRequest request, RunDecision decision)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(decision);
        Count(RunCommandFields.NameOf(request.Command), decision.Accepted ? "accepted" : "refused", 1);
        _inner.Decided(request, decision);
    }

    public void Observe(RunStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        _paused.Record(status.IsPaused ? 1 : 0);
        foreach (var share in status.Schedule?.Shares(status.Phase) ?? [])
        {
            _weights.Record(
                (double)share.Weight / SourceOptions.WeightUnit,
                new KeyValuePair<string, object?>("source", share.Source));
        }
        _inner.Observe(status);
    }

    private void Count(string kind, string result, long by) => _commands.Add(
        by, new KeyValuePair<string, object?>("kind", kind), new KeyValuePair<string, object?>("result", result));
}
