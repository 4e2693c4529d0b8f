using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using Prometheus;

namespace MiniCpmDist.Cli.Telemetry;

/// <summary>
/// Listens to the meters of one scope and gives what they measure to a registry of prometheus-net, which answers for
/// it. Its own adapter of meters gives other names, and knows neither <see cref="Gauge{T}"/> nor advised buckets.
/// </summary>
internal sealed class MetricsCollector : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly MetricFactory _factory;
    private readonly Lock _observing = new();
    private readonly ConcurrentQueue<MetricFamily> _observed = new();

    /// <param name="scope">Scope of the meters that are listened to; meters of other runs in this process are
    /// ignored.</param>
    /// <param name="exemplars">Whether counts and buckets name the trace that added to them last. Only the format of
    /// OpenMetrics can say it, so whoever asks for that gets it then.</param>
    public MetricsCollector(object scope, bool exemplars = false)
    {
        _factory = Metrics.WithCustomRegistry(_registry);
        if (!exemplars)
            _factory.ExemplarBehavior = ExemplarBehavior.NoExemplars();
        var answer = new MetricServerMiddleware(
            _ => Task.CompletedTask, new() { Registry = _registry, EnableOpenMetrics = exemplars });
        Answer = http => PlainBounds.AnswerAsync(http, answer.Invoke);
        _registry.AddBeforeCollectCallback(Observe);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, scope))
                listener.EnableMeasurementEvents(instrument, Add(instrument));
        };
        _listener.SetMeasurementEventCallback<double>(
            static (_, value, tags, state) => Family(state).Measure(value, tags));
        _listener.SetMeasurementEventCallback<long>(
            static (_, value, tags, state) => Family(state).Measure(value, tags));
        _listener.SetMeasurementEventCallback<int>(
            static (_, value, tags, state) => Family(state).Measure(value, tags));
        _listener.Start();
    }

    /// <summary>Returns all that is known now, for Prometheus.</summary>
    public RequestDelegate Answer { get; }

    /// <summary>Writes all that is known now to a stream, in the text format 0.0.4.</summary>
    public Task WriteAsync(Stream stream) =>
        PlainBounds.WriteAsync(stream, text => _registry.CollectAndExportAsTextAsync(text));

    public void Dispose() => _listener.Dispose();

    private void Observe()
    {
        lock (_observing)
        {
            _listener.RecordObservableInstruments();
            foreach (var family in _observed)
                family.HideUnobserved();
        }
    }

    private MetricFamily Add(Instrument instrument)
    {
        var family = new MetricFamily(instrument, _factory);
        if (instrument.IsObservable)
            _observed.Enqueue(family);
        return family;
    }

    private static MetricFamily Family(object? state) => (MetricFamily)state!;
}
