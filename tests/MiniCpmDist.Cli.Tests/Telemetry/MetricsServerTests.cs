using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using MiniCpmDist.Cli.Telemetry;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Cli.Tests.Telemetry;

public sealed class MetricsServerTests
{
    private static readonly HttpClient s_http = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_answers_metrics_as_text_of_version_0_0_4_and_nothing_else()
    {
        var scope = new object();
        using var meter = new Meter(new MeterOptions("Tests") { Scope = scope });
        using var collector = new MetricsCollector(scope);
        meter.CreateGauge<double>("minicpm.loss", null, "Of the step.").Record(3);
        using var server = MetricsServer.Start(TelemetryOptions.Loopback, 0, collector.Answer);

        using var metrics = await s_http.GetAsync(new Uri($"http://127.0.0.1:{server.Port}/metrics"), Token);
        using var other = await s_http.GetAsync(new Uri($"http://127.0.0.1:{server.Port}/"), Token);

        Assert.EndsWith("\nminicpm_loss 3\n", await metrics.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", metrics.Content.Headers.ContentType!.ToString());
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Theory]
    [InlineData("POST", HttpStatusCode.MethodNotAllowed)]
    [InlineData("DELETE", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", HttpStatusCode.OK)]
    public async Task Metrics_are_read_and_nothing_else(string method, HttpStatusCode expected)
    {
        using var server = MetricsServer.Start(TelemetryOptions.Loopback, 0, _ => Task.CompletedTask);

        using var request = new HttpRequestMessage(
            new HttpMethod(method), new Uri($"http://127.0.0.1:{server.Port}/metrics"));
        using var answer = await s_http.SendAsync(request, Token);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
    }

    [Fact]
    public async Task A_peer_that_holds_connections_open_is_told_so_and_ties_up_no_more_than_its_share()
    {
        using var server = MetricsServer.Start(TelemetryOptions.Loopback, 0, _ => Task.CompletedTask);
        var idle = new List<TcpClient>();
        for (var i = 0; i < 100; i++)
        {
            idle.Add(new TcpClient());
            await idle[^1].ConnectAsync(IPAddress.Loopback, server.Port, Token);
        }

        using var http = new HttpClient();
        using var refused = await http.GetAsync(new Uri($"http://127.0.0.1:{server.Port}/metrics"), Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Contains(
            "This peer holds 16 connections", await refused.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        idle.ForEach(client => client.Dispose());
    }

    [Fact]
    public void Where_its_port_is_taken_it_takes_a_free_one_because_nobody_stops_training_over_a_graph()
    {
        using var first = MetricsServer.Start(TelemetryOptions.Loopback, 0, _ => Task.CompletedTask);
        using var second = MetricsServer.Start(TelemetryOptions.Loopback, first.Port, _ => Task.CompletedTask);

        Assert.NotEqual(first.Port, second.Port);
    }

    [Theory]
    [InlineData("head-node")]
    [InlineData("192.0.2.1")]
    public void An_address_that_is_not_this_machines_is_a_problem(string address)
    {
        var thrown = Assert.Throws<ConfigurationException>(
            () => MetricsServer.Start(address, 0, _ => Task.CompletedTask));

        Assert.Equal("telemetry.metrics_address", Assert.Single(thrown.Problems).Where);
    }
}
