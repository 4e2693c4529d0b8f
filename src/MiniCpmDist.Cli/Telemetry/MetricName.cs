using System.Diagnostics.Metrics;

namespace MiniCpmDist.Cli.Telemetry;

/// <summary>
/// The name of an instrument in Prometheus, as OpenTelemetry's exporters and collectors make it too: dots become
/// underscores, the unit and <c>_total</c> go to the end. So a dashboard serves whichever way the numbers come.
/// </summary>
internal static class MetricName
{
    public static string Of(Instrument instrument, bool isCounter)
    {
        var unit = instrument.Unit switch
        {
            null or "" => "",
            "s" => "_seconds",
            "By" => "_bytes",
            "1" => isCounter ? "" : "_ratio",
            var other => throw new ArgumentException(
                $"{instrument.Name}: expected no unit, s, By or 1, found {other}."),
        };
        return instrument.Name.Replace('.', '_') + unit + (isCounter ? "_total" : "");
    }
}
