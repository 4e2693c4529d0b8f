using Grpc.Core;
using MiniCpmDist.Substitutes.Grpc.Tests.Wire;

namespace MiniCpmDist.Substitutes.Grpc.Tests;

public class StreamingCallTests
{
    [Fact]
    public async Task Responses_arrive_in_order_and_end()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client.Repeat(new EchoRequest { Text = "line", Count = 1000 });

        var texts = await ReadAllAsync(call.ResponseStream);

        Assert.Equal(Enumerable.Range(0, 1000).Select(index => $"line {index}"), texts);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.False(await call.ResponseStream.MoveNext());
    }

    [Fact]
    public async Task A_stream_may_have_no_responses()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client.Repeat(new EchoRequest());

        Assert.False(await call.ResponseStream.MoveNext());
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task A_response_arrives_while_the_handler_is_still_running()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client.Repeat(new EchoRequest { Text = "first", Count = 1, Wait = true });

        Assert.True(await call.ResponseStream.MoveNext());
        Assert.Equal("first 0", call.ResponseStream.Current.Text);
        Assert.False(server.Record.Cancelled.Task.IsCompleted);
    }

    [Fact]
    public async Task A_failure_in_the_middle_comes_after_the_responses_before_it()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client.Repeat(new EchoRequest
        {
            Text = "lost", Count = 5, FailWith = (int)StatusCode.DataLoss, FailAfter = 2,
        });

        Assert.True(await call.ResponseStream.MoveNext());
        Assert.True(await call.ResponseStream.MoveNext());
        var exception = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext());

        Assert.Equal(StatusCode.DataLoss, exception.StatusCode);
        Assert.Equal("lost", exception.Status.Detail);
        Assert.Equal("2", exception.Trailers.GetValue("x-from-exception"));
        Assert.Equal("1", call.GetTrailers().GetValue("x-from-context"));
    }

    [Fact]
    public async Task Requests_are_joined_into_one_response()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client.Join();

        foreach (var word in (string[])["one", "two", "three"])
            await call.RequestStream.WriteAsync(new EchoRequest { Text = word });
        await call.RequestStream.CompleteAsync();

        Assert.Equal("one two three", (await call).Text);
    }

    [Fact]
    public async Task A_server_that_ends_a_request_stream_early_gives_its_own_reason()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client.Join();
        await call.RequestStream.WriteAsync(
            new EchoRequest { Text = "no such word", FailWith = (int)StatusCode.InvalidArgument });

        var exception = await Assert.ThrowsAsync<RpcException>(async () => await call);

        Assert.Equal(StatusCode.InvalidArgument, exception.StatusCode);
        var write = await Assert.ThrowsAsync<RpcException>(() => call.RequestStream.WriteAsync(new EchoRequest()));
        Assert.Equal(StatusCode.InvalidArgument, write.StatusCode);
    }

    [Fact]
    public async Task Both_sides_talk_in_turns()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client.Chat();

        foreach (var word in (string[])["one", "two"])
        {
            await call.RequestStream.WriteAsync(new EchoRequest { Text = word });
            Assert.True(await call.ResponseStream.MoveNext());
            Assert.Equal(word.ToUpperInvariant(), call.ResponseStream.Current.Text);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
    }

    [Fact]
    public async Task Writing_after_the_end_of_the_requests_is_refused()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client.Join();
        await call.RequestStream.CompleteAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => call.RequestStream.WriteAsync(new EchoRequest()));
    }

    [Fact]
    public async Task Buffered_responses_arrive_too()
    {
        // The service's writes carry no hint; the client's do.
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client.Join();
        call.RequestStream.WriteOptions = new WriteOptions(WriteFlags.BufferHint);
        await call.RequestStream.WriteAsync(new EchoRequest { Text = "held" });
        await call.RequestStream.WriteAsync(new EchoRequest { Text = "back" });
        await call.RequestStream.CompleteAsync();

        Assert.Equal("held back", (await call).Text);
    }

    private static async Task<List<string>> ReadAllAsync(IAsyncStreamReader<EchoReply> stream)
    {
        var texts = new List<string>();
        while (await stream.MoveNext())
            texts.Add(stream.Current.Text);

        return texts;
    }
}
