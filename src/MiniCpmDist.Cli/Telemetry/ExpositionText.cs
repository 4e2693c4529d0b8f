using System.Globalization;
using System.Text;

namespace MiniCpmDist.Cli.Telemetry;

/// <summary>
/// Writes the text format of Prometheus, version 0.0.4
/// (prometheus.io/docs/instrumenting/exposition_formats): families one after another, each with HELP and TYPE.
/// </summary>
internal static class ExpositionText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Of(IEnumerable<MetricFamily> families)
    {
        var text = new StringBuilder();
        foreach (var family in families)
        {
            var start = text.Length;
            text.Append(CultureInfo.InvariantCulture, $"# HELP {family.Name} {Help(family.Instrument.Description)}\n");
            text.Append(CultureInfo.InvariantCulture, $"# TYPE {family.Name} {TypeOf(family.Kind)}\n");
            var head = text.Length;
            family.Read(series => Write(text, family, series));
            if (text.Length == head)
                text.Length = start;
        }
        return text.ToString();
    }

    private static void Write(StringBuilder text, MetricFamily family, MetricSeries series)
    {
        KeyValuePair<string, object?>[] tags = [.. family.Instrument.Meter.Tags ?? [], .. series.Tags];
        if (family.Kind != MetricKind.Histogram)
        {
            Sample(text, family.Name, "", tags, series.Value);
            return;
        }
        // Buckets hold what is below their bound, all smaller ones included.
        var count = 0L;
        for (var i = 0; i < series.Counts.Length; i++)
        {
            count += series.Counts[i];
            var bound = i < family.Bounds!.Count ? Number(family.Bounds[i]) : "+Inf";
            Sample(text, family.Name, "_bucket", [.. tags, new("le", bound)], count);
        }
        Sample(text, family.Name, "_sum", tags, series.Value);
        Sample(text, family.Name, "_count", tags, count);
    }

    private static void Sample(
        StringBuilder text, string name, string suffix, ReadOnlySpan<KeyValuePair<string, object?>> tags, double value)
    {
        text.Append(name).Append(suffix);
        for (var i = 0; i < tags.Length; i++)
        {
            var label = Convert.ToString(tags[i].Value, CultureInfo.InvariantCulture) ?? "";
            text.Append(i == 0 ? '{' : ',').Append(tags[i].Key).Append("=\"").Append(Label(label)).Append('"');
        }
        text.Append(tags.Length > 0 ? "} " : " ").Append(Number(value)).Append('\n');
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string TypeOf(MetricKind kind) => kind switch
    {
        MetricKind.Counter => "counter",
        MetricKind.Histogram => "histogram",
        _ => "gauge",
    };

    private static string Help(string? text) =>
        (text ?? "").Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);

    private static string Label(string text) =>
        Help(text).Replace("\"", "\\\"", StringComparison.Ordinal);
}
