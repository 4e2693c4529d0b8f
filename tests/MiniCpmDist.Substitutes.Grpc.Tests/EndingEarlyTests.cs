using Grpc.Core;
using Grpc.Net.Client;
using MiniCpmDist.Substitutes.Grpc.Tests.Wire;

namespace MiniCpmDist.Substitutes.Grpc.Tests;

public class EndingEarlyTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_passed_deadline_ends_the_call_on_both_sides()
    {
        await using var server = await EchoServer.StartAsync();
        var deadline = DateTime.UtcNow.AddMilliseconds(300);

        var exception = await Assert.ThrowsAsync<RpcException>(async () =>
            await server.Client.SayAsync(new EchoRequest { Wait = true }, deadline: deadline));

        Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
        await server.Record.Cancelled.Task.WaitAsync(s_patience);
        Assert.Equal(deadline, server.Record.Deadline, TimeSpan.FromMilliseconds(250));
    }

    [Fact]
    public async Task A_deadline_in_the_past_ends_the_call_before_it_is_sent()
    {
        await using var server = await EchoServer.StartAsync();

        var exception = await Assert.ThrowsAsync<RpcException>(async () =>
            await server.Client.SayAsync(new EchoRequest(), deadline: DateTime.UtcNow.AddSeconds(-1)));

        Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
        Assert.Null(server.Record.Peer);
    }

    [Fact]
    public async Task The_server_keeps_the_deadline_of_a_client_that_does_not()
    {
        // The header is passed by hand through a handler, so that only the server has a clock.
        await using var server = await EchoServer.StartAsync(channel: new GrpcChannelOptions
        {
            HttpHandler = new TimeoutHandler(new SocketsHttpHandler { UseProxy = false }, "200m"),
            DisposeHttpClient = true,
        });

        var exception = await Assert.ThrowsAsync<RpcException>(async () =>
            await server.Client.SayAsync(new EchoRequest { Wait = true }));

        Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
    }

    [Fact]
    public async Task A_timeout_that_cannot_be_read_is_refused()
    {
        await using var server = await EchoServer.StartAsync(channel: new GrpcChannelOptions
        {
            HttpHandler = new TimeoutHandler(new SocketsHttpHandler { UseProxy = false }, "soon"),
            DisposeHttpClient = true,
        });

        var exception = await Assert.ThrowsAsync<RpcException>(async () =>
            await server.Client.SayAsync(new EchoRequest()));

        Assert.Equal(StatusCode.Internal, exception.StatusCode);
        Assert.Contains("soon", exception.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_ends_the_call_on_both_sides()
    {
        await using var server = await EchoServer.StartAsync();
        using var cancellation = new CancellationTokenSource();
        using var call = server.Client.SayAsync(
            new EchoRequest { Wait = true }, cancellationToken: cancellation.Token);
        await server.Record.Waiting.Task.WaitAsync(s_patience);

        await cancellation.CancelAsync();

        var exception = await Assert.ThrowsAsync<RpcException>(async () => await call);
        Assert.Equal(StatusCode.Cancelled, exception.StatusCode);
        await server.Record.Cancelled.Task.WaitAsync(s_patience);
    }

    [Fact]
    public async Task Cancelling_throws_what_the_channel_was_asked_to_throw()
    {
        await using var server = await EchoServer.StartAsync(
            channel: new GrpcChannelOptions { ThrowOperationCanceledOnCancellation = true });
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await server.Client.SayAsync(new EchoRequest(), cancellationToken: cancellation.Token));
        Assert.Null(server.Record.Peer);
    }

    [Fact]
    public async Task Disposing_a_stream_cancels_it_on_the_server()
    {
        await using var server = await EchoServer.StartAsync();
        var call = server.Client.Repeat(new EchoRequest { Count = 1, Wait = true });
        await call.ResponseStream.MoveNext();

        call.Dispose();

        await server.Record.Cancelled.Task.WaitAsync(s_patience);
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task A_token_on_a_read_cancels_the_call()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client.Repeat(new EchoRequest { Wait = true });
        using var cancellation = new CancellationTokenSource();
        var read = call.ResponseStream.MoveNext(cancellation.Token);
        await server.Record.Waiting.Task.WaitAsync(s_patience);

        await cancellation.CancelAsync();

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => read)).StatusCode);
    }

    [Fact]
    public async Task Disposing_the_channel_cancels_its_calls()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client.SayAsync(new EchoRequest { Wait = true });
        await server.Record.Waiting.Task.WaitAsync(s_patience);

        server.Channel.Dispose();

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(async () => await call)).StatusCode);
    }

    private sealed class TimeoutHandler(HttpMessageHandler inner, string timeout) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.TryAddWithoutValidation("grpc-timeout", timeout);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
