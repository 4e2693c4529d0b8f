using System.Diagnostics.Metrics;
using MiniCpmDist.Core.Planning;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Runs.Telemetry;

/// <summary>What each rank reports about itself: where its time and its memory are spent.</summary>
public sealed class RankMetrics : IRankMetrics
{
    private static readonly double[] s_seconds = [1e-4, 1e-3, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100];
    private readonly Gauge<long> _step;
    private readonly Histogram<double> _parts;

    /// <param name="meter">Of this rank.</param>
    /// <param name="options">The run.</param>
    /// <param name="worldSize">Ranks.</param>
    public RankMetrics(Meter meter, RunOptions options, int worldSize)
    {
        ArgumentNullException.ThrowIfNull(meter);
        _step = meter.CreateGauge<long>("minicpm.rank.step", null, "Updates that this rank has done.");
        _parts = meter.CreateHistogram<double>(
            "minicpm.step.part.duration", "s",
            "Time of each part of a step, including the work between this step and the next; parts do not overlap.",
            advice: new() { HistogramBucketBoundaries = s_seconds });
        var memory = MemoryPlan.For(options, worldSize);
        meter.CreateObservableGauge(
            "minicpm.memory", () => Memory(memory), "By",
            "Memory of this rank by kind: tensors as planned, where activations are an estimate, and the memory that "
            + "its process holds.");
    }

    public void Stepped(long step, IReadOnlyDictionary<string, double> spans)
    {
        _step.Record(step);
        if (!_parts.Enabled)
            return;
        foreach (var (part, seconds) in StepParts.Of(spans))
            _parts.Record(seconds, new KeyValuePair<string, object?>("part", part));
    }

    private static Measurement<long>[] Memory(MemoryPlan planned) =>
    [
        Of("parameters", planned.Parameters),
        Of("gradients", planned.Gradients),
        Of("optimizer", planned.Moments),
        Of("staging", planned.Staging),
        Of("reduction", planned.Reduction),
        Of("activations", planned.Activations),
        Of("resident", Environment.WorkingSet),
        Of("managed", GC.GetTotalMemory(forceFullCollection: false)),
    ];

    private static Measurement<long> Of(string kind, long bytes) =>
        new(bytes, new KeyValuePair<string, object?>("kind", kind));
}
