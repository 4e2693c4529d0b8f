using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using MiniCpmDist.Substitutes.Grpc.Tests.Wire;

namespace MiniCpmDist.Substitutes.Grpc.Tests;

public class ErrorTests
{
    [Theory]
    [InlineData("plain")]
    [InlineData("Größe 中文 🚀")]
    [InlineData("100 % of lines\r\nand \"quotes\" %41")]
    [InlineData("")]
    public async Task A_status_arrives_with_its_code_detail_and_trailers(string detail)
    {
        await using var server = await EchoServer.StartAsync();

        var exception = await Assert.ThrowsAsync<RpcException>(async () =>
            await server.Client.SayAsync(
                new EchoRequest { Text = detail, FailWith = (int)StatusCode.FailedPrecondition }));

        Assert.Equal(StatusCode.FailedPrecondition, exception.StatusCode);
        Assert.Equal(detail, exception.Status.Detail);
        Assert.Equal("1", exception.Trailers.GetValue("x-from-context"));
        Assert.Equal("2", exception.Trailers.GetValue("x-from-exception"));
    }

    [Fact]
    public async Task An_unexpected_exception_is_unknown_and_keeps_its_text_to_itself()
    {
        await using var server = await EchoServer.StartAsync();

        var exception = await Assert.ThrowsAsync<RpcException>(async () =>
            await server.Client.SayAsync(new EchoRequest { Text = "crash" }));

        Assert.Equal(StatusCode.Unknown, exception.StatusCode);
        Assert.DoesNotContain("secret", exception.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unexpected_exception_is_told_when_the_server_is_set_up_to()
    {
        await using var server = await EchoServer.StartAsync(options => options.EnableDetailedErrors = true);

        var exception = await Assert.ThrowsAsync<RpcException>(async () =>
            await server.Client.SayAsync(new EchoRequest { Text = "crash" }));

        Assert.Contains("InvalidDataException: a secret", exception.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("minicpmdist.test.Echo", "Whisper", "method")]
    [InlineData("minicpmdist.test.Nobody", "Say", "service")]
    public async Task An_unknown_method_or_service_is_unimplemented(string service, string name, string missing)
    {
        await using var server = await EchoServer.StartAsync();
        var method = new Method<string, string>(
            MethodType.Unary, service, name, Marshallers.StringMarshaller, Marshallers.StringMarshaller);

        var exception = await Assert.ThrowsAsync<RpcException>(async () =>
            await server.Channel.CreateCallInvoker().AsyncUnaryCall(method, null, default, "hello"));

        Assert.Equal(StatusCode.Unimplemented, exception.StatusCode);
        Assert.Contains($"no {missing} /{service}/{name}", exception.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_are_no_message_are_an_internal_error()
    {
        await using var server = await EchoServer.StartAsync();
        var method = new Method<string, string>(
            MethodType.Unary, "minicpmdist.test.Echo", "Say", Marshallers.StringMarshaller,
            Marshallers.StringMarshaller);

        var exception = await Assert.ThrowsAsync<RpcException>(async () =>
            await server.Channel.CreateCallInvoker().AsyncUnaryCall(method, null, default, "\u0003 no protobuf"));

        Assert.Equal(StatusCode.Internal, exception.StatusCode);
        Assert.Contains("EchoRequest", exception.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_listening_is_unavailable()
    {
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{FreePort()}");

        var exception = await Assert.ThrowsAsync<RpcException>(async () =>
            await new Echo.EchoClient(channel).SayAsync(new EchoRequest()));

        Assert.Equal(StatusCode.Unavailable, exception.StatusCode);
        Assert.Contains("Cannot reach the server", exception.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, StatusCode.Unauthenticated)]
    [InlineData(HttpStatusCode.NotFound, StatusCode.Unimplemented)]
    [InlineData(HttpStatusCode.BadGateway, StatusCode.Unavailable)]
    [InlineData(HttpStatusCode.Conflict, StatusCode.Unknown)]
    public async Task An_answer_that_is_not_grpc_is_judged_by_its_http_status(
        HttpStatusCode answer, StatusCode expected)
    {
        using var channel = GrpcChannel.ForAddress(
            "http://gateway",
            new GrpcChannelOptions { HttpHandler = new CannedHandler(new HttpResponseMessage(answer)) });

        var exception = await Assert.ThrowsAsync<RpcException>(async () =>
            await new Echo.EchoClient(channel).SayAsync(new EchoRequest()));

        Assert.Equal(expected, exception.StatusCode);
    }

    [Fact]
    public async Task An_answer_of_another_content_type_is_unknown()
    {
        var page = new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new StringContent("<html>", null, "text/html")
        };
        using var channel = GrpcChannel.ForAddress(
            "http://gateway", new GrpcChannelOptions { HttpHandler = new CannedHandler(page) });

        var exception = await Assert.ThrowsAsync<RpcException>(async () =>
            await new Echo.EchoClient(channel).SayAsync(new EchoRequest()));

        Assert.Equal(StatusCode.Unknown, exception.StatusCode);
        Assert.Contains("text/html", exception.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_is_not_grpc_is_answered_with_an_http_status()
    {
        await using var server = await EchoServer.StartAsync();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{server.Address}/minicpmdist.test.Echo/Say")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new StringContent("{}", null, "application/json"),
        };

        using var response = await http.SendAsync(request);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Null(server.Record.Peer);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class CannedHandler(HttpResponseMessage response) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(response);
    }
}
