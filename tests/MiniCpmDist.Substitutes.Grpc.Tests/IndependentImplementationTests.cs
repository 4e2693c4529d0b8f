using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Grpc.Core;
using Grpc.Net.Client;
using MiniCpmDist.Substitutes.Grpc.Tests.Wire;

namespace MiniCpmDist.Substitutes.Grpc.Tests;

/// <summary>Both of our sides against grpcio, whose code has nothing in common with ours.</summary>
public class IndependentImplementationTests
{
    [Fact]
    public async Task A_grpcio_client_is_served()
    {
        Python.RequireGrpcio();
        await using var server = await EchoServer.StartAsync();

        var lines = await Python.RunAsync("python_client.py", new Uri(server.Address).Authority);

        Assert.Equal(Text("Grüße"), lines["unary"]);
        Assert.Equal($"{Text("n 0")}20{Text("n 1")}20{Text("n 2")}", lines["stream"]);
        Assert.Equal(Text("a b"), lines["join"]);
        Assert.Equal($"{Text("A")}20{Text("B")}", lines["chat"]);
        Assert.Equal("FAILED_PRECONDITION|Größe 中文 100 %|1", lines["error"]);
        Assert.StartsWith("UNIMPLEMENTED|There is no method", lines["unknown"], StringComparison.Ordinal);
        Assert.StartsWith(
            "UNIMPLEMENTED|Messages compressed with 'gzip'", lines["compressed"], StringComparison.Ordinal);
        Assert.StartsWith("DEADLINE_EXCEEDED|", lines["deadline"], StringComparison.Ordinal);
        Assert.Equal("abc 00ff", lines["metadata"]);
    }

    [Fact]
    public async Task A_grpcio_server_is_called()
    {
        Python.RequireGrpcio();
        using var server = Python.Start("python_server.py");
        var port = await server.StandardOutput.ReadLineAsync();
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{port}");
        var client = new Echo.EchoClient(channel);

        using var say = client.SayAsync(new EchoRequest { Text = "Grüße" });
        Assert.Equal("Grüße", (await say).Text);
        Assert.Equal([0, 255], say.GetTrailers().GetValueBytes("x-bytes-bin")!);

        using var repeat = client.Repeat(new EchoRequest { Text = "n" });
        for (var index = 0; index < 3; index++)
            Assert.True(await repeat.ResponseStream.MoveNext());
        Assert.False(await repeat.ResponseStream.MoveNext());

        using var join = client.Join();
        await join.RequestStream.WriteAsync(new EchoRequest { Text = "first" });
        await join.RequestStream.WriteAsync(new EchoRequest { Text = "last" });
        await join.RequestStream.CompleteAsync();
        Assert.Equal("last", (await join).Text);

        using var chat = client.Chat();
        await chat.RequestStream.WriteAsync(new EchoRequest { Text = "turn" });
        Assert.True(await chat.ResponseStream.MoveNext());
        Assert.Equal("turn", chat.ResponseStream.Current.Text);
        await chat.RequestStream.CompleteAsync();
        Assert.False(await chat.ResponseStream.MoveNext());

        var failure = await Assert.ThrowsAsync<RpcException>(async () =>
            await client.SayAsync(new EchoRequest { Text = "fail" }));
        Assert.Equal(StatusCode.NotFound, failure.StatusCode);
        Assert.Equal("Größe 中文 100 %", failure.Status.Detail);

        var late = await Assert.ThrowsAsync<RpcException>(async () =>
            await client.SayAsync(new EchoRequest { Text = "wait" }, deadline: DateTime.UtcNow.AddMilliseconds(300)));
        Assert.Equal(StatusCode.DeadlineExceeded, late.StatusCode);

        var method = new Method<string, string>(
            MethodType.Unary, "minicpmdist.test.Echo", "Whisper", Marshallers.StringMarshaller,
            Marshallers.StringMarshaller);
        var refusal = await Assert.ThrowsAsync<RpcException>(async () =>
            await channel.CreateCallInvoker().AsyncUnaryCall(method, null, default, ""));
        Assert.Equal(StatusCode.Unimplemented, refusal.StatusCode);
    }

    [Fact]
    public async Task A_grpcio_server_is_called_over_TLS_and_a_call_to_it_is_cancelled()
    {
        Python.RequireGrpcio();
        var folder = Directory.CreateTempSubdirectory("minicpm-grpcio-");
        try
        {
            var (certificate, key) = SelfSigned(folder.FullName);
            using var server = Python.Start("python_server.py", certificate, key);
            var port = await server.StandardOutput.ReadLineAsync();
            using var handler = new SocketsHttpHandler { UseProxy = false };
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(certificate) },
            };
            var options = new GrpcChannelOptions { HttpHandler = handler };
            using var channel = GrpcChannel.ForAddress($"https://127.0.0.1:{port}", options);
            var client = new Echo.EchoClient(channel);

            Assert.Equal("Grüße", (await client.SayAsync(new EchoRequest { Text = "Grüße" })).Text);
            using var cancellation = new CancellationTokenSource();
            using var waiting = client.SayAsync(
                new EchoRequest { Text = "wait" }, cancellationToken: cancellation.Token);
            await cancellation.CancelAsync();
            var cancelled = await Assert.ThrowsAsync<RpcException>(async () => await waiting);
            Assert.Equal(StatusCode.Cancelled, cancelled.StatusCode);
            using var plain = GrpcChannel.ForAddress($"http://127.0.0.1:{port}");
            var refused = await Assert.ThrowsAsync<RpcException>(async () =>
                await new Echo.EchoClient(plain).SayAsync(new EchoRequest()));
            Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static (string Certificate, string Key) SelfSigned(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var today = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(today.AddDays(-1), today.AddDays(1));
        var files = (Path.Combine(folder, "server.pem"), Path.Combine(folder, "server.key"));
        File.WriteAllText(files.Item1, certificate.ExportCertificatePem());
        File.WriteAllText(files.Item2, key.ExportPkcs8PrivateKeyPem());
        return files;
    }

    // The hexadecimal form of a reply whose first field is the text.
    private static string Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Convert.ToHexStringLower([0x0a, (byte)bytes.Length, .. bytes]);
    }
}
