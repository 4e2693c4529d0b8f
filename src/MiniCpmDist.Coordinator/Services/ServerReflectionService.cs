using Google.Protobuf.Reflection;
using Grpc.Core;
using MiniCpmDist.Protocol.Reflection.V1;
using Asked = MiniCpmDist.Protocol.Reflection.V1.ServerReflectionRequest.MessageRequestOneofCase;

namespace MiniCpmDist.Coordinator.Services;

/// <summary><c>grpc.reflection.v1</c>: what grpcurl and its like ask.</summary>
internal sealed class ServerReflectionService : ServerReflection.ServerReflectionBase
{
    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream,
        IServerStreamWriter<ServerReflectionResponse> responseStream,
        ServerCallContext context)
    {
        while (await requestStream.MoveNext(context.CancellationToken).ConfigureAwait(false))
            await responseStream.WriteAsync(Answer(requestStream.Current)).ConfigureAwait(false);
    }

    public static ServerReflectionResponse Answer(ServerReflectionRequest request)
    {
        var response = new ServerReflectionResponse { ValidHost = request.Host, OriginalRequest = request };
        switch (request.MessageRequestCase)
        {
            case Asked.ListServices:
                response.ListServicesResponse = new ListServiceResponse
                {
                    Service = { ServiceCatalog.Services.Select(name => new ServiceResponse { Name = name }) },
                };
                break;
            case Asked.FileByFilename:
                Fill(response, ServiceCatalog.File(request.FileByFilename), request.FileByFilename);
                break;
            case Asked.FileContainingSymbol:
                Fill(response, ServiceCatalog.FileOf(request.FileContainingSymbol), request.FileContainingSymbol);
                break;
            default:
                response.ErrorResponse = Error(StatusCode.NotFound, "There are no extensions here.");
                break;
        }

        return response;
    }

    private static void Fill(ServerReflectionResponse response, IReadOnlyList<FileDescriptor> files, string name)
    {
        if (files.Count == 0)
        {
            response.ErrorResponse = Error(StatusCode.NotFound, $"Nothing here is called '{name}'.");
            return;
        }

        response.FileDescriptorResponse = new FileDescriptorResponse
        {
            FileDescriptorProto = { files.Select(file => file.SerializedData) },
        };
    }

    private static ErrorResponse Error(StatusCode code, string message) =>
        new() { ErrorCode = (int)code, ErrorMessage = message };
}
