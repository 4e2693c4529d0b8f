namespace MiniCpmDist.Cli.Telemetry;

/// <summary>
/// One set of labels of an instrument and what has been measured with it. Its family's lock guards it.
/// </summary>
internal sealed class MetricSeries(KeyValuePair<string, object?>[] tags, IReadOnlyList<double>? bounds)
{
    public KeyValuePair<string, object?>[] Tags => tags;

    /// <summary>
    /// The newest value of a gauge, the sum of a counter; of a histogram the sum of what it has seen.
    /// </summary>
    public double Value { get; set; }

    /// <summary>How much a histogram has seen up to each bound, the last beyond all; empty for the others.</summary>
    public long[] Counts { get; } = bounds is null ? [] : new long[bounds.Count + 1];

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

    public void Observe(double value)
    {
        Value += value;
        var bucket = 0;
        while (bucket < bounds!.Count && value > bounds[bucket])
            bucket++;
        Counts[bucket]++;
    }
}
