using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using MiniCpmDist.Substitutes.Grpc.Tests.Wire;

namespace MiniCpmDist.Substitutes.Grpc.Tests;

public class UnaryCallTests
{
    [Fact]
    public async Task A_request_is_answered()
    {
        await using var server = await EchoServer.StartAsync();

        var reply = await server.Client.SayAsync(new EchoRequest { Text = "Grüße, 世界" });

        Assert.Equal("Grüße, 世界", reply.Text);
        Assert.StartsWith("ipv4:127.0.0.1:", server.Record.Peer, StringComparison.Ordinal);
        Assert.Equal(DateTime.MaxValue, server.Record.Deadline);
    }

    [Fact]
    public async Task A_blocking_call_is_answered()
    {
        await using var server = await EchoServer.StartAsync();

        Assert.Equal("hello", server.Client.Say(new EchoRequest { Text = "hello" }).Text);
    }

    [Fact]
    public async Task An_empty_message_is_a_message()
    {
        await using var server = await EchoServer.StartAsync();

        Assert.Equal("", (await server.Client.SayAsync(new EchoRequest())).Text);
    }

    [Fact]
    public async Task Text_and_bytes_travel_as_headers_and_trailers()
    {
        await using var server = await EchoServer.StartAsync();
        byte[] bytes = [0, 1, 254, 255];

        using var call = server.Client.SayAsync(
            new EchoRequest { Text = "hello" }, new Metadata { { "X-Text", "abc" }, { "x-bytes-bin", bytes } });
        await call;

        Assert.Equal("abc", (await call.ResponseHeadersAsync).GetValue("x-text"));
        Assert.Equal(bytes, call.GetTrailers().GetValueBytes("x-bytes-bin"));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Status_and_trailers_are_not_there_before_the_call_has_ended()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client.SayAsync(new EchoRequest { Wait = true });
        await server.Record.Waiting.Task;

        Assert.Throws<InvalidOperationException>(() => call.GetStatus());
        Assert.Throws<InvalidOperationException>(() => call.GetTrailers());
    }

    [Fact]
    public async Task Many_calls_at_once_share_a_channel_and_do_not_mix()
    {
        await using var server = await EchoServer.StartAsync();

        var calls = Enumerable.Range(0, 300)
            .Select(async index => (await server.Client.SayAsync(new EchoRequest { Text = $"{index}" })).Text);

        Assert.Equal(Enumerable.Range(0, 300).Select(index => $"{index}"), await Task.WhenAll(calls));
    }

    [Fact]
    public async Task A_large_message_arrives_whole_when_both_sides_accept_it()
    {
        const int Megabytes = 40; // More than Kestrel's own limit of 30 MB for a request.
        await using var server = await EchoServer.StartAsync(
            options => options.MaxReceiveMessageSize = null,
            new GrpcChannelOptions { MaxReceiveMessageSize = null });
        var payload = RandomNumberGenerator.GetBytes(Megabytes << 20);

        var reply = await server.Client.SayAsync(
            new EchoRequest { Payload = UnsafeByteOperations.UnsafeWrap(payload) });

        Assert.True(reply.Payload.Span.SequenceEqual(payload));
    }

    [Fact]
    public async Task A_request_longer_than_the_server_accepts_is_refused()
    {
        await using var server = await EchoServer.StartAsync(options => options.MaxReceiveMessageSize = 1000);

        var exception = await Assert.ThrowsAsync<RpcException>(async () =>
            await server.Client.SayAsync(new EchoRequest { Payload = ByteString.CopyFrom(new byte[2000]) }));

        Assert.Equal(StatusCode.ResourceExhausted, exception.StatusCode);
        Assert.Contains("1000", exception.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_response_longer_than_the_client_accepts_is_refused()
    {
        await using var server = await EchoServer.StartAsync(
            channel: new GrpcChannelOptions { MaxReceiveMessageSize = 1000 });

        var exception = await Assert.ThrowsAsync<RpcException>(async () =>
            await server.Client.SayAsync(new EchoRequest { Payload = ByteString.CopyFrom(new byte[2000]) }));

        Assert.Equal(StatusCode.ResourceExhausted, exception.StatusCode);
    }

    [Fact]
    public async Task A_request_longer_than_the_client_may_send_never_leaves()
    {
        await using var server = await EchoServer.StartAsync(
            channel: new GrpcChannelOptions { MaxSendMessageSize = 10 });

        var exception = await Assert.ThrowsAsync<RpcException>(async () =>
            await server.Client.SayAsync(new EchoRequest { Text = "longer than ten bytes" }));

        Assert.Equal(StatusCode.ResourceExhausted, exception.StatusCode);
        Assert.Null(server.Record.Peer);
    }
}
