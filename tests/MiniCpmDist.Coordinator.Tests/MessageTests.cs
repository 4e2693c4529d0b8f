using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Net.Client;
using MiniCpmDist.Protocol.Health.V1;
using MiniCpmDist.Protocol.Reflection.V1;
using MiniCpmDist.Protocol.V1;

namespace MiniCpmDist.Coordinator.Tests;

/// <summary>What ordinary tools of gRPC ask, and what nobody should send.</summary>
public class MessageTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Health_is_told_once_and_until_the_end()
    {
        var run = await CoordinatedRun.StartAsync();
        using var channel = GrpcChannel.ForAddress(run.Address);
        var client = new Health.HealthClient(channel);
        var serving = HealthCheckResponse.Types.ServingStatus.Serving;
        var service = new HealthCheckRequest { Service = "minicpmdist.v1.RunService" };

        Assert.Equal(serving, (await client.CheckAsync(new HealthCheckRequest(), cancellationToken: Token)).Status);
        Assert.Equal(serving, (await client.CheckAsync(service, cancellationToken: Token)).Status);
        var unknown = await Assert.ThrowsAsync<RpcException>(async () =>
            await client.CheckAsync(new HealthCheckRequest { Service = "x" }, cancellationToken: Token));
        Assert.Equal(StatusCode.NotFound, unknown.StatusCode);
        using var watch = client.Watch(service, cancellationToken: Token);
        Assert.True(await watch.ResponseStream.MoveNext(Token));
        var ending = run.DisposeAsync();
        Assert.True(await watch.ResponseStream.MoveNext(Token));
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, watch.ResponseStream.Current.Status);
        await ending;
    }

    [Fact]
    public async Task Reflection_gives_every_service_with_all_the_files_that_it_takes()
    {
        await using var run = await CoordinatedRun.StartAsync();
        using var channel = GrpcChannel.ForAddress(run.Address);
        using var call =
            new ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo(cancellationToken: Token);

        var services = (await AskAsync(new ServerReflectionRequest { ListServices = "" })).ListServicesResponse.Service;
        foreach (var service in services)
        {
            var answer = await AskAsync(new ServerReflectionRequest { FileContainingSymbol = service.Name });
            var protos = answer.FileDescriptorResponse.FileDescriptorProto;
            // Takes imports first, and refuses where one is missing.
            var files = FileDescriptor.BuildFromByteStrings([.. protos.Skip(1), protos[0]]);
            Assert.Contains(files, file => file.Services.Any(found => found.FullName == service.Name));
        }

        Assert.Equal(5, services.Count);
        Assert.Equal(5, (await AskAsync(
            new ServerReflectionRequest { FileContainingSymbol = "no.such.Thing" })).ErrorResponse.ErrorCode);

        async Task<ServerReflectionResponse> AskAsync(ServerReflectionRequest request)
        {
            await call.RequestStream.WriteAsync(request, Token);
            Assert.True(await call.ResponseStream.MoveNext(Token));
            return call.ResponseStream.Current;
        }
    }

    [Fact]
    public async Task A_message_that_is_too_long_or_says_nothing_is_refused()
    {
        await using var run = await CoordinatedRun.StartAsync();
        using var channel = GrpcChannel.ForAddress(run.Address);
        var client = new RunService.RunServiceClient(channel);

        Assert.Equal(StatusCode.ResourceExhausted,
            await StatusAsync(new SendCommandRequest { RequestId = new string('x', 2 << 20) }));
        Assert.Equal(StatusCode.InvalidArgument, await StatusAsync(new SendCommandRequest { RequestId = "x" }));
        Assert.Equal(StatusCode.InvalidArgument, await StatusAsync(new SendCommandRequest
        {
            RequestId = "x",
            Command = new RunCommand
            {
                ExtendStable =
                new RunCommand.Types.ExtendStable { By = new Length { Steps = -1 } }
            },
        }));

        async Task<StatusCode> StatusAsync(SendCommandRequest request) => (await Assert.ThrowsAsync<RpcException>(
            async () => await client.SendCommandAsync(request, cancellationToken: Token))).StatusCode;
    }
}
