#!/usr/bin/env bash
# A write of grpc-dotnet's client that a broken connection interrupts throws no RpcException, as everything else does.
#
# Version     Grpc.Net.Client 2.85.0 (server: Grpc.AspNetCore and its reflection service 2.85.0), .NET 10
# Guess       A connection that is reset makes every pending and later operation of a call throw RpcException with
#             StatusCode.Unavailable: reads, and RequestStream.WriteAsync, whatever it was doing.
# Behaviour   That holds for reads, and for a write that begins after the break. A WriteAsync that is under way, because
#             the message is larger than what HTTP/2's flow control lets through at once, throws the transport's own
#             exception: an IOException of System.Net.Http. The call's status is Unavailable all the same: a read of the
#             same call says so.
# Output seen a write after the break: RpcException Unavailable, the read beside it: RpcException Unavailable
#             a write that the break interrupts: IOException, the read beside it: RpcException Unavailable
# Hurts       whoever reconnects where a call ends with an RpcException, as the documentation of gRPC's status codes
#             suggests: the other exception escapes, and it does so only under load or with large messages. Catching
#             IOException beside RpcException around WriteAsync is the remedy.
#
# Needs the .NET 10 SDK and nuget.org. Ends with 1 if anything has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf --one-file-system "$folder"' EXIT

cat >"$folder/write.csproj" <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk.Web">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Grpc.AspNetCore" Version="[2.85.0]" />
    <PackageReference Include="Grpc.AspNetCore.Server.Reflection" Version="[2.85.0]" />
    <PackageReference Include="Grpc.Net.Client" Version="[2.85.0]" />
  </ItemGroup>
</Project>
PROJECT
cat >"$folder/Program.cs" <<'PROGRAM'
using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Reflection.V1Alpha;
using Microsoft.AspNetCore.Server.Kestrel.Core;

var builder = WebApplication.CreateBuilder();
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel =>
    kestrel.Listen(IPAddress.Loopback, 0, port => port.Protocols = HttpProtocols.Http2));
builder.Services.AddGrpc(options => options.MaxReceiveMessageSize = null);
builder.Services.AddGrpcReflection();
await using var app = builder.Build();
app.MapGrpcReflectionService();
await app.StartAsync();
var serverPort = new Uri(app.Urls.Single()).Port;

Console.WriteLine($"a write after the break: {await TryAsync(isUnderWay: false)}");
Console.WriteLine($"a write that the break interrupts: {await TryAsync(isUnderWay: true)}");

async Task<string> TryAsync(bool isUnderWay)
{
    using var cable = new Cable(serverPort);
    using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{cable.Port}");
    using var call = new ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo();
    await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" });
    await call.ResponseStream.MoveNext(default);
    var large = new ServerReflectionRequest { ListServices = "", Host = new string('x', 8_000_000) };
    var write = Task.CompletedTask;
    if (isUnderWay)
    {
        // Nothing is carried on any more, so the write waits for room.
        cable.Hold();
        write = call.RequestStream.WriteAsync(large);
        await Task.Delay(1000);
    }
    cable.Break();
    var read = await OutcomeAsync(async () => { while (await call.ResponseStream.MoveNext(default)) { } });
    if (!isUnderWay)
        write = call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" });
    return $"{await OutcomeAsync(() => write)}, the read beside it: {read}";
}

static async Task<string> OutcomeAsync(Func<Task> operation)
{
    try
    {
        await operation();
        return "no exception";
    }
    catch (RpcException exception)
    {
        return $"RpcException {exception.StatusCode}";
    }
    catch (IOException)
    {
        // HttpIOException is one too.
        return "IOException";
    }
}

// A connection that can be held up, and reset on both sides.
sealed class Cable : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Socket _server = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly TaskCompletionSource<Socket> _client = new();
    private volatile bool _isHeld;

    public Cable(int port)
    {
        _listener.Start();
        _server.Connect(IPAddress.Loopback, port);
        _ = CarryAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Hold() => _isHeld = true;

    public void Break()
    {
        foreach (var side in new[] { _client.Task.Result, _server })
        {
            side.LingerState = new LingerOption(true, 0);
            side.Close();
        }
    }

    public void Dispose() => _listener.Stop();

    private async Task CarryAsync()
    {
        var client = await _listener.AcceptSocketAsync();
        _client.SetResult(client);
        await Task.WhenAll(CarryAsync(client, _server), CarryAsync(_server, client));
    }

    private async Task CarryAsync(Socket from, Socket to)
    {
        var buffer = new byte[16384];
        try
        {
            for (var count = 1; count > 0;)
            {
                if (_isHeld)
                    await Task.Delay(Timeout.Infinite);
                count = await from.ReceiveAsync(buffer);
                await to.SendAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Broken.
        }
    }
}
PROGRAM

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
seen=$(cd "$folder" && dotnet run -c Release 2>&1)
expected='a write after the break: RpcException Unavailable, the read beside it: RpcException Unavailable
a write that the break interrupts: IOException, the read beside it: RpcException Unavailable'
printf '%s\n' "$seen"
if [[ $seen != "$expected" ]]; then
    printf 'changed: expected\n%s\n' "$expected" >&2
    exit 1
fi
