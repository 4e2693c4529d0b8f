using Google.Protobuf;
using Grpc.Core;
using MiniCpmDist.Protocol.Reflection.V1Alpha;
using Standard = MiniCpmDist.Protocol.Reflection.V1;

namespace MiniCpmDist.Coordinator.Services;

/// <summary>
/// <c>grpc.reflection.v1alpha</c>, the name that older tools ask for. Its messages have the bytes of v1's, so v1
/// answers.
/// </summary>
internal sealed class ServerReflectionAlphaService : ServerReflection.ServerReflectionBase
{
    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream,
        IServerStreamWriter<ServerReflectionResponse> responseStream,
        ServerCallContext context)
    {
        while (await requestStream.MoveNext(context.CancellationToken).ConfigureAwait(false))
        {
            var request = Standard.ServerReflectionRequest.Parser.ParseFrom(requestStream.Current.ToByteString());
            var answer = ServerReflectionService.Answer(request);
            await responseStream
                .WriteAsync(ServerReflectionResponse.Parser.ParseFrom(answer.ToByteString()))
                .ConfigureAwait(false);
        }
    }
}
