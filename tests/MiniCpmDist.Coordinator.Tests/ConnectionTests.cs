using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using MiniCpmDist.Coordinator.Access;
using MiniCpmDist.Coordinator.Client;
using MiniCpmDist.Coordinator.Hosting;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Coordinator.Tests;

/// <summary>Whoever holds connections open keeps neither others nor health probes out.</summary>
public sealed class ConnectionTests : IDisposable
{
    private static readonly CallLimits s_small =
        new() { Connections = 100, ConnectionsOfPeer = 60, ReservedConnections = 8 };

    private readonly List<TcpClient> _idle = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Idle_connections_of_one_peer_leave_health_answering_and_others_are_told_why_they_are_refused()
    {
        await using var coordinator = Start();
        await HoldAsync(coordinator.HttpAddress!, 200);

        Assert.Equal((HttpStatusCode.OK, "ok\n"), await GetAsync(coordinator.HttpAddress + "/healthz"));
        var (status, text) = await GetAsync(coordinator.HttpAddress + "/api/runs");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("This peer holds 60 connections", text, StringComparison.Ordinal);
        // Ports are counted each for itself.
        using var client = RunControlClient.Connect(coordinator.BoundAddress);
        Assert.Empty(await client.ListAsync(Token));
    }

    [Fact]
    public async Task On_the_port_of_gRPC_too_health_answers_and_a_call_is_refused_in_words()
    {
        await using var coordinator = Start();
        await HoldAsync(coordinator.BoundAddress, 200);

        using var channel = GrpcChannel.ForAddress(coordinator.BoundAddress);
        var health = await new Health.HealthClient(channel).CheckAsync(
            new HealthCheckRequest(), cancellationToken: Token);
        using var client = RunControlClient.Connect(coordinator.BoundAddress);
        var refused = await Assert.ThrowsAsync<RunControlException>(() => client.ListAsync(Token));

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, health.Status);
        Assert.Contains("This peer holds 60 connections", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_is_closed_makes_room()
    {
        await using var coordinator = Start();
        await HoldAsync(coordinator.HttpAddress!, 200);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await GetAsync(coordinator.HttpAddress + "/")).Status);

        Dispose();

        using var patience = new CancellationTokenSource(Some.Patience);
        while ((await GetAsync(coordinator.HttpAddress + "/")).Status != HttpStatusCode.OK)
            await Task.Delay(20, patience.Token);
    }

    [Theory]
    [InlineData("127.0.0.1", "::1")]
    [InlineData("127.0.0.1", "127.9.9.9")]
    [InlineData("192.0.2.7", "::ffff:192.0.2.7")]
    [InlineData("2001:db8::1", "2001:db8::ffff:1")]
    public void Addresses_that_one_peer_has_at_will_count_as_one(string one, string other) => Assert.Equal(
        ConnectionGuard.PeerOf(IPAddress.Parse(one)), ConnectionGuard.PeerOf(IPAddress.Parse(other)));

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.8")]
    [InlineData("2001:db8::1", "2001:db8:0:1::1")]
    public void Other_addresses_are_other_peers(string one, string other) => Assert.NotEqual(
        ConnectionGuard.PeerOf(IPAddress.Parse(one)), ConnectionGuard.PeerOf(IPAddress.Parse(other)));

    public void Dispose()
    {
        _idle.ForEach(client => client.Dispose());
        _idle.Clear();
    }

    private static StandaloneCoordinator Start() => StandaloneCoordinator.Start(
        ListenPlan.Of(new CoordinatorOptions { Http = "http://127.0.0.1:0" }), new MemoryFiles(), "", null, s_small);

    private async Task HoldAsync(string address, int connections)
    {
        for (var i = 0; i < connections; i++)
        {
            var client = new TcpClient();
            _idle.Add(client);
            await client.ConnectAsync(IPAddress.Loopback, new Uri(address).Port, Token);
        }
    }

    private static async Task<(HttpStatusCode Status, string Text)> GetAsync(string address)
    {
        // A connection of its own each time.
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(address), Token);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Token));
    }
}
