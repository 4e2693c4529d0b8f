using System.Diagnostics.Metrics;
using System.Globalization;
using Prometheus;

namespace MiniCpmDist.Cli.Telemetry;

/// <summary>
/// One instrument as a family of prometheus-net. Labels are known when something is measured with them, so its series
/// are made then. The training thread writes while another one reads.
/// </summary>
internal sealed class MetricFamily
{
    private static readonly double[] s_bounds = [0.001, 0.01, 0.1, 1, 10, 100];
    private readonly Instrument _instrument;
    private readonly MetricFactory _factory;
    private readonly Type _type;
    private readonly string _name;
    private readonly string _help;
    private readonly Lock _guard = new();
    private readonly List<MetricSeries> _series = [];

    public MetricFamily(Instrument instrument, MetricFactory factory)
    {
        (_instrument, _factory) = (instrument, factory);
        _type = instrument.GetType().GetGenericTypeDefinition();
        _name = MetricName.Of(instrument, IsCounter);
        // prometheus-net writes help as it is, and a line end in it would spoil the whole answer.
        _help = (instrument.Description ?? "")
            .Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);
    }

    private bool IsCounter => _type == typeof(Counter<>) || _type == typeof(ObservableCounter<>);

    public void Measure(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_guard)
        {
            var series = Find_NeedsLock(tags);
            series.IsObserved = true;
            series.Tell(value);
        }
    }

    /// <summary>Hides the series that the last observation of an observable instrument left out.</summary>
    public void HideUnobserved()
    {
        lock (_guard)
        {
            foreach (var series in _series)
            {
                if (!series.IsObserved)
                    series.Child.Unpublish();
                series.IsObserved = false;
            }
        }
    }

    private MetricSeries Find_NeedsLock(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var series in _series)
        {
            if (series.Has(tags))
                return series;
        }
        var added = Make(tags.ToArray());
        _series.Add(added);
        return added;
    }

    private MetricSeries Make(KeyValuePair<string, object?>[] tags)
    {
        KeyValuePair<string, object?>[] labels = [.. _instrument.Meter.Tags ?? [], .. tags];
        string[] names = [.. labels.Select(label => label.Key)];
        string[] values =
            [.. labels.Select(label => Convert.ToString(label.Value, CultureInfo.InvariantCulture) ?? "")];
        if (IsCounter)
        {
            var counter = _factory.CreateCounter(_name, _help, names).WithLabels(values);
            return new MetricSeries(tags, counter, _instrument.IsObservable ? counter.IncTo : counter.Inc);
        }
        if (_type == typeof(Histogram<>))
        {
            var bounds = (_instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? s_bounds;
            var histogram = _factory
                .CreateHistogram(_name, _help, names, new HistogramConfiguration { Buckets = [.. bounds] })
                .WithLabels(values);
            return new MetricSeries(tags, histogram, histogram.Observe);
        }
        var gauge = _factory.CreateGauge(_name, _help, names).WithLabels(values);
        return new MetricSeries(tags, gauge, _type == typeof(UpDownCounter<>) ? gauge.Inc : gauge.Set);
    }
}
