using System.Diagnostics.Metrics;

namespace MiniCpmDist.Cli.Telemetry;

/// <summary>Listens to the meters of one scope, and shows what they have measured as text for Prometheus.</summary>
internal sealed class MetricsCollector : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _guard = new();
    private readonly Dictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);

    /// <param name="scope">Of the meters that are listened to: those of other runs in this process are not.</param>
    public MetricsCollector(object scope)
    {
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

    /// <summary>All that is known now, in the text format of Prometheus.</summary>
    public string Text()
    {
        _listener.RecordObservableInstruments();
        lock (_guard)
            return ExpositionText.Of(_families.Values.OrderBy(family => family.Name, StringComparer.Ordinal));
    }

    public void Dispose() => _listener.Dispose();

    private MetricFamily Add(Instrument instrument)
    {
        var family = new MetricFamily(instrument);
        lock (_guard)
            _families.Add(family.Name, family);
        return family;
    }

    private static MetricFamily Family(object? state) => (MetricFamily)state!;
}
