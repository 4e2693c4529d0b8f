using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using MiniCpmDist.Cli.Telemetry;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Cli.Tests.Telemetry;

public sealed class ExpositionTests : IDisposable
{
    private readonly object _scope = new();
    private readonly Meter _meter;
    private readonly MetricsCollector _collector;

    public ExpositionTests()
    {
        _meter = new Meter(new MeterOptions("Tests") { Scope = _scope, Tags = [new("run", "a")] });
        _collector = new MetricsCollector(_scope);
    }

    [Fact]
    public void A_gauge_has_its_newest_value_and_a_counter_the_sum_of_all()
    {
        var gauge = _meter.CreateGauge<double>("minicpm.loss", null, "Of the step.");
        var counter = _meter.CreateCounter<long>("minicpm.tokens", null, "Trained on.");
        foreach (var value in (int[])[3, 4])
        {
            gauge.Record(value);
            counter.Add(value);
        }

        Assert.Equal(
            """
            # HELP minicpm_loss Of the step.
            # TYPE minicpm_loss gauge
            minicpm_loss{run="a"} 4
            # HELP minicpm_tokens_total Trained on.
            # TYPE minicpm_tokens_total counter
            minicpm_tokens_total{run="a"} 7

            """,
            Text());
    }

    [Fact]
    public void Buckets_of_a_histogram_hold_the_smaller_ones_and_the_bound_itself()
    {
        var histogram = _meter.CreateHistogram<double>(
            "minicpm.step.duration", "s", "Wall time.", advice: new() { HistogramBucketBoundaries = [0.5, 2] });
        foreach (var seconds in (double[])[0.5, 1, 8])
            histogram.Record(seconds, new KeyValuePair<string, object?>("part", "forward"));

        Assert.Equal(
            """
            # HELP minicpm_step_duration_seconds Wall time.
            # TYPE minicpm_step_duration_seconds histogram
            minicpm_step_duration_seconds_sum{run="a",part="forward"} 9.5
            minicpm_step_duration_seconds_count{run="a",part="forward"} 3
            minicpm_step_duration_seconds_bucket{run="a",part="forward",le="0.5"} 1
            minicpm_step_duration_seconds_bucket{run="a",part="forward",le="2"} 2
            minicpm_step_duration_seconds_bucket{run="a",part="forward",le="+Inf"} 3

            """,
            Text());
    }

    [Fact]
    public void A_bound_with_an_exponent_is_spelt_as_other_clients_of_Prometheus_do()
    {
        var histogram = _meter.CreateHistogram<double>(
            "minicpm.short", "s", "Not 1E-05.", advice: new() { HistogramBucketBoundaries = [1e-5, 2] });
        histogram.Record(1);

        Assert.Contains("""_bucket{run="a",le="1e-05"} 0""", Text(), StringComparison.Ordinal);
        Assert.Contains("Not 1E-05.", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Quotes_backslashes_and_line_ends_are_escaped_as_the_format_wants_them()
    {
        var gauge = _meter.CreateGauge<int>("minicpm.odd", null, "a\\b\n\"c\"");
        gauge.Record(1, new KeyValuePair<string, object?>("source", "a\\b\n\"c\""));

        Assert.Equal(
            """
            # HELP minicpm_odd a\\b\n"c"
            # TYPE minicpm_odd gauge
            minicpm_odd{run="a",source="a\\b\n\"c\""} 1

            """,
            Text());
    }

    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    [InlineData(double.NegativeInfinity, "-Infinity")]
    [InlineData(1e-300, "1e-300")]
    public void What_is_no_number_is_written_as_Prometheus_reads_it(double value, string text)
    {
        _meter.CreateGauge<double>("minicpm.loss").Record(value);

        Assert.Contains($"}} {text}\n", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_instrument_that_has_measured_nothing_is_not_there()
    {
        _meter.CreateGauge<double>("minicpm.loss", null, "Of the step.");

        Assert.Equal("", Text());
    }

    [Fact]
    public void What_an_observable_instrument_tells_no_longer_is_not_there_and_comes_back_with_it()
    {
        string[] runs = ["first", "second"];
        _meter.CreateObservableGauge(
            "minicpm.reporting",
            () => runs.Select(run => new Measurement<int>(1, new KeyValuePair<string, object?>("of", run))));

        Assert.Contains("second", Text(), StringComparison.Ordinal);
        runs = ["first"];
        Assert.DoesNotContain("second", Text(), StringComparison.Ordinal);
        runs = ["second"];
        Assert.Contains("""{run="a",of="second"} 1""", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_asks_for_OpenMetrics_is_told_the_trace_behind_a_bucket_if_there_are_traces()
    {
        using var collector = new MetricsCollector(_scope, exemplars: true);
        using var server = MetricsServer.Start(TelemetryOptions.Loopback, 0, collector.Answer);
        using var plain = MetricsServer.Start(TelemetryOptions.Loopback, 0, _collector.Answer);
        using var step = new Activity("step");
        step.SetIdFormat(ActivityIdFormat.W3C);
        step.Start();
        _meter.CreateHistogram<double>("minicpm.step.duration", "s", "Wall time.").Record(0.5);

        Assert.Contains(
            $$"""le="1.0"} 1 # {trace_id="{{step.TraceId}}",span_id="{{step.SpanId}}"} 0.5""",
            await OpenMetrics(server.Port), StringComparison.Ordinal);
        Assert.Contains("""le="1"} 1""" + "\n", await OpenMetrics(plain.Port), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_run_of_the_same_process_is_not_listened_to()
    {
        using var other = new Meter(new MeterOptions("Tests") { Scope = new object() });
        other.CreateGauge<double>("minicpm.loss").Record(1);

        Assert.Equal("", Text());
    }

    [Fact]
    public void A_unit_that_has_no_place_in_a_name_is_refused() =>
        Assert.Throws<ArgumentException>(() => _meter.CreateGauge<double>("minicpm.loss", "nats"));

    private string Text()
    {
        using var text = new MemoryStream();
        _collector.WriteAsync(text).GetAwaiter().GetResult();
        return Encoding.UTF8.GetString(text.ToArray());
    }

    private static async Task<string> OpenMetrics(int port)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Accept.ParseAdd("application/openmetrics-text; version=1.0.0");
        return await http.GetStringAsync(
            new Uri($"http://127.0.0.1:{port}/metrics"), TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        _collector.Dispose();
        _meter.Dispose();
    }
}
