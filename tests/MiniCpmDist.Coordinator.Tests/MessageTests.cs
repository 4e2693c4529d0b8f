using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Grpc.Reflection.V1;
using MiniCpmDist.Coordinator.V1;

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
            var files = Build([.. answer.FileDescriptorResponse.FileDescriptorProto]);
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

        // Takes imports first, refuses where one is missing, and they come in no such order.
        static IReadOnlyList<FileDescriptor> Build(List<ByteString> protos)
        {
            var files = protos.ConvertAll(proto => (Proto: proto, File: FileDescriptorProto.Parser.ParseFrom(proto)));
            var ordered = new List<ByteString>();
            while (files.Count > 0)
            {
                var next = files.FindIndex(candidate =>
                    !files.Exists(other => candidate.File.Dependency.Contains(other.File.Name)));
                ordered.Add(files[next].Proto);
                files.RemoveAt(next);
            }

            return FileDescriptor.BuildFromByteStrings(ordered);
        }
    }

    [Fact]
    public async Task A_run_reports_over_one_call_for_longer_than_a_server_lets_one_request_be()
    {
        await using var run = await CoordinatedRun.StartAsync();
        using var channel = GrpcChannel.ForAddress(run.Address);
        using var call = new ReportService.ReportServiceClient(channel).Report(cancellationToken: Token);
        var reports = new Reports
        {
            News = new HistoryNews { Events = { new RunEvent { Kind = "note", Text = new string('x', 1_000_000) } } },
        };

        await call.RequestStream.WriteAsync(
            new ReportRequest { Hello = new Hello { RunName = "long", Fence = 1 } }, Token);
        for (var message = 0; message < 40; message++) // Kestrel's limit is at 30 MB.
            await call.RequestStream.WriteAsync(new ReportRequest { Reports = reports }, Token);
        await call.RequestStream.CompleteAsync();

        Assert.True(await call.ResponseStream.MoveNext(Token));
        Assert.False(await call.ResponseStream.MoveNext(Token));
    }

    [Fact]
    public async Task A_message_that_is_too_long_or_says_nothing_is_refused()
    {
        await using var run = await CoordinatedRun.StartAsync();
        using var channel = GrpcChannel.ForAddress(run.Address);
        var client = new RunService.RunServiceClient(channel);

        Assert.Equal(StatusCode.ResourceExhausted,
            await StatusAsync(new SendCommandRequest { RequestId = new string('x', 2 << 20) }));
        // A thousand times smaller on its way, and as long when it has arrived.
        Assert.Equal(StatusCode.ResourceExhausted,
            await StatusAsync(
                new SendCommandRequest { RequestId = new string('x', 2 << 20) },
                new Metadata { { "grpc-internal-encoding-request", "gzip" } }));
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

        async Task<StatusCode> StatusAsync(SendCommandRequest request, Metadata? headers = null) =>
            (await Assert.ThrowsAsync<RpcException>(
                async () => await client.SendCommandAsync(request, headers, cancellationToken: Token))).StatusCode;
    }
}
