using System.Diagnostics.Metrics;

namespace MiniCpmDist.Cli.Telemetry;

/// <summary>All that one instrument has measured. The training thread writes while another one reads.</summary>
internal sealed class MetricFamily
{
    private static readonly double[] s_bounds = [0.001, 0.01, 0.1, 1, 10, 100];
    private readonly Lock _guard = new();
    private readonly List<MetricSeries> _series = [];
    private readonly Func<MetricSeries, double, double> _combine;

    public MetricFamily(Instrument instrument)
    {
        Instrument = instrument;
        var type = instrument.GetType().GetGenericTypeDefinition();
        Kind = type == typeof(Histogram<>) ? MetricKind.Histogram
            : type == typeof(Counter<>) || type == typeof(ObservableCounter<>) ? MetricKind.Counter
            : MetricKind.Gauge;
        // What an observable one tells is its value; the others tell what is added, but for gauges.
        var adds = type == typeof(Counter<>) || type == typeof(UpDownCounter<>);
        _combine = adds ? (series, value) => series.Value + value : (_, value) => value;
        if (Kind == MetricKind.Histogram)
            Bounds = (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? s_bounds;
        Name = MetricName.Of(instrument, Kind);
    }

    public Instrument Instrument { get; }

    public string Name { get; }

    public MetricKind Kind { get; }

    /// <summary>Of a histogram.</summary>
    public IReadOnlyList<double>? Bounds { get; }

    public void Measure(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_guard)
        {
            var series = Find_NeedsLock(tags);
            if (Kind == MetricKind.Histogram)
                series.Observe(value);
            else
                series.Value = _combine(series, value);
        }
    }

    /// <summary>Shows each series to a reader, under the lock: it must do no more than copy.</summary>
    public void Read(Action<MetricSeries> reader)
    {
        lock (_guard)
        {
            foreach (var series in _series)
                reader(series);
        }
    }

    private MetricSeries Find_NeedsLock(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var series in _series)
        {
            if (series.Has(tags))
                return series;
        }
        var added = new MetricSeries(tags.ToArray(), Bounds);
        _series.Add(added);
        return added;
    }
}
