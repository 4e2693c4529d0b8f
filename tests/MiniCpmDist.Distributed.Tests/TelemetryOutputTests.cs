using System.Net;
using System.Text;
using System.Text.Json;

namespace MiniCpmDist.Distributed.Tests;

/// <summary>
/// What a run says elsewhere than to Prometheus: to a collector of OpenTelemetry, and as lines of JSON.
/// </summary>
public sealed class TelemetryOutputTests(TinyWorkspace workspace) : IClassFixture<TinyWorkspace>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_collector_gets_the_metrics_and_a_trace_of_steps_and_checkpoints_where_one_is_configured()
    {
        var bodies = new Dictionary<string, string> { ["/v1/metrics"] = "", ["/v1/traces"] = "" };
        using var collector = new HttpListener();
        var port = FreePort();
        collector.Prefixes.Add($"http://127.0.0.1:{port}/");
        collector.Start();
        var listening = Receive(collector, bodies);
        var file = workspace.RunFile(
            "pushed", steps: 6, more: $$"""telemetry: { otlp_endpoint: "http://127.0.0.1:{{port}}", traces: true }""");

        Tool.Minicpm(workspace.Folder, "train", file).Succeeded();
        collector.Stop();
        await listening;

        // Protobuf has its texts as they are.
        foreach (var name in (string[])["minicpm.loss", "minicpm.step.part.duration", "pushed", "held-out tokens"])
            Assert.Contains(name, bodies["/v1/metrics"], StringComparison.Ordinal);
        foreach (var name in (string[])["step", "checkpoint", "evaluation", "pushed"])
            Assert.Contains(name, bodies["/v1/traces"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_collector_that_is_away_costs_a_run_nothing_but_what_it_would_have_been_told()
    {
        var file = workspace.RunFile(
            "unheard", steps: 6, more: $$"""telemetry: { otlp_endpoint: "http://127.0.0.1:{{FreePort()}}" }""");

        Tool.Minicpm(workspace.Folder, "train", file).Succeeded();

        Assert.Equal(6, workspace.LossColumn("unheard").Count);
    }

    [Fact]
    public void Every_line_of_a_log_in_json_says_when_which_run_which_rank_and_which_step()
    {
        var file = workspace.RunFile("told", steps: 6, more: "telemetry: { log: json }");

        var lines = Tool.Mpirun(workspace.Folder, 2, ["train", file]).Succeeded().Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line.Contains('{', StringComparison.Ordinal))
            // Open MPI may put a word of its terminal in front.
            .Select(line => JsonDocument.Parse(line[line.IndexOf('{', StringComparison.Ordinal)..]).RootElement)
            .ToArray();

        Assert.All(lines, line => Assert.Equal(
            ("told", 0, true, true),
            (
                line.GetProperty("run").GetString(), line.GetProperty("rank").GetInt32(),
                line.GetProperty("time").TryGetDateTimeOffset(out _), line.GetProperty("step").TryGetInt64(out _))));
        Assert.Superset(
            new HashSet<string> { "started", "step", "held-out", "checkpoint", "ended" },
            lines.Select(line => line.GetProperty("event").GetString()!).ToHashSet());
    }

    private static async Task Receive(HttpListener collector, Dictionary<string, string> bodies)
    {
        while (collector.IsListening)
        {
            HttpListenerContext call;
            try
            {
                call = await collector.GetContextAsync().WaitAsync(Token);
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            using var body = new StreamReader(call.Request.InputStream, Encoding.Latin1);
            bodies[call.Request.Url!.AbsolutePath] += await body.ReadToEndAsync(Token);
            call.Response.Close();
        }
    }

    private static int FreePort()
    {
        using var socket = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
