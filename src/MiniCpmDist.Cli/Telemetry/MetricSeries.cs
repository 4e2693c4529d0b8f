using Prometheus;

namespace MiniCpmDist.Cli.Telemetry;

/// <summary>
/// One set of labels of an instrument, and what keeps its value in prometheus-net. Its family's lock guards it.
/// </summary>
internal sealed class MetricSeries(KeyValuePair<string, object?>[] tags, ChildBase child, Action<double> tell)
{
    public ChildBase Child => child;

    /// <summary>Passes a measurement on.</summary>
    public Action<double> Tell => tell;

    /// <summary>Whether it has been measured since it was looked at last.</summary>
    public bool IsObserved { get; set; }

    public bool Has(ReadOnlySpan<KeyValuePair<string, object?>> others)
    {
        if (others.Length != tags.Length)
            return false;
        for (var i = 0; i < tags.Length; i++)
        {
            if (tags[i].Key != others[i].Key || !Equals(tags[i].Value, others[i].Value))
                return false;
        }
        return true;
    }
}
