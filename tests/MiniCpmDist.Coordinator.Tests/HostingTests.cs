using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using MiniCpmDist.Coordinator.Client;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Coordinator.Tests;

public class HostingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static EmbeddedCoordinator Start(string address) => EmbeddedCoordinator.Start(
        new CoordinatorOptions(address) { Insecure = true }, "quickstart", new MemoryFiles(), null);

    [Fact]
    public async Task A_port_in_use_is_a_sentence_for_the_user()
    {
        await using var first = await CoordinatedRun.StartAsync();

        var exception = Assert.Throws<ConfigurationException>(() => Start(first.Address));

        Assert.Contains(
            $"{first.Address}, which another process listens on", exception.Message, StringComparison.Ordinal);
        Assert.Contains("choose another port", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:7070")]
    [InlineData("ftp://127.0.0.1:7070")]
    [InlineData("http://127.0.0.1:7070/run")]
    [InlineData("http://127.0.0.1:99999")]
    [InlineData("")]
    public void An_address_of_another_form_is_a_sentence_for_the_user(string address)
    {
        var exception = Assert.Throws<ConfigurationException>(() => Start(address));

        Assert.Contains("expected http://HOST:PORT", exception.Message, StringComparison.Ordinal);
        Assert.Contains($"'{address}'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_of_another_machine_is_a_sentence_for_the_user()
    {
        // From the block that is reserved for documentation: no machine has it.
        var exception = Assert.Throws<ConfigurationException>(
            () => Start("http://192.0.2.1:0"));

        Assert.Contains("an address of this machine", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://localhost:0", "http://127.0.0.1:")]
    [InlineData("http://*:0", "http://0.0.0.0:")]
    [InlineData("http://[::1]:0", "http://[::1]:")]
    public async Task The_bound_address_names_the_port_that_was_found(string address, string expected)
    {
        Assert.SkipWhen(address.Contains("::1", StringComparison.Ordinal) && !Socket.OSSupportsIPv6, "no IPv6 here");

        await using var host = Start(address);

        Assert.StartsWith(expected, host.BoundAddress, StringComparison.Ordinal);
        Assert.NotEqual(0, new Uri(host.BoundAddress).Port);
    }

    [Fact]
    public async Task Nobody_listening_is_a_sentence_for_the_operator()
    {
        var run = await CoordinatedRun.StartAsync();
        await run.DisposeAsync();
        using var client = RunControlClient.Connect(run.Address);

        var exception =
            await Assert.ThrowsAsync<RunControlException>(() => client.StatusAsync(cancellationToken: Token));

        Assert.Equal(RunControlFailure.Unreachable, exception.Failure);
        Assert.StartsWith(
            $"No run answers at {run.Address} (Connection refused", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2p1\r\n")]
    [InlineData("-ERR unknown command\r\n")]
    [InlineData("")]
    public async Task Something_else_listening_is_a_sentence_for_the_operator(string answer)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _ = AnswerAsync();
        using var client = RunControlClient.Connect($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

        var exception =
            await Assert.ThrowsAsync<RunControlException>(() => client.StatusAsync(cancellationToken: Token));

        Assert.StartsWith("Something answers at http://127.0.0.1", exception.Message, StringComparison.Ordinal);
        Assert.Equal(RunControlFailure.NotARun, exception.Failure);

        // Everybody who comes: a client that has lost one connection tries another.
        async Task AnswerAsync()
        {
            while (true)
            {
                using var connection = await listener.AcceptTcpClientAsync(Token);
                var stream = connection.GetStream();
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), Token);
            }
        }
    }

    [Theory]
    [InlineData("127.0.0.1:7070")]
    [InlineData("ftp://127.0.0.1:7070")]
    public void A_client_refuses_an_address_of_another_form(string address)
    {
        var exception = Assert.Throws<ConfigurationException>(() => RunControlClient.Connect(address));

        Assert.Contains($"found '{address}'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_token_is_not_a_failure_of_the_run()
    {
        await using var run = await CoordinatedRun.StartAsync();
        using var cancellation = new CancellationTokenSource();
        await using var watch = run.Client.WatchAsync(cancellationToken: cancellation.Token).GetAsyncEnumerator(Token);
        var first = watch.MoveNextAsync().AsTask();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
    }

    [Fact]
    public async Task The_service_does_not_keep_a_signal_from_ending_the_training()
    {
        // Handlers run one after the other in an order that .NET does not promise, so one is registered on either side
        // of the service. The first that runs looks on; the second sees what was done in between, and saves the test
        // run.
        var calls = 0;
        var swallowed = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var before = PosixSignalRegistration.Create(PosixSignal.SIGTERM, LookOn);
        await using var run = await CoordinatedRun.StartAsync();
        using var after = PosixSignalRegistration.Create(PosixSignal.SIGTERM, LookOn);

        using var kill = Process.Start("kill", ["-TERM", $"{Environment.ProcessId}"]);

        Assert.False(await swallowed.Task.WaitAsync(Some.Patience, Token));

        void LookOn(PosixSignalContext context)
        {
            if (Interlocked.Increment(ref calls) < 2)
                return;

            swallowed.SetResult(context.Cancel);
            context.Cancel = true;
        }
    }
}
