using Grpc.Core;
using Grpc.Wire;

namespace Grpc.AspNetCore.Server;

/// <summary>Reads the requests of a call.</summary>
internal sealed class RequestReader<TRequest>(
    FrameReader frames, Marshaller<TRequest> marshaller, HttpServerCallContext context) : IAsyncStreamReader<TRequest>
    where TRequest : class
{
    private TRequest? _current;

    public TRequest Current =>
        _current ?? throw new InvalidOperationException("There is no message: call MoveNext first.");

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            context.CancellationToken, cancellationToken);
        var payload = await frames.ReadAsync(either.Token).ConfigureAwait(false);
        _current = payload is null ? null : IncomingPayload.Read(payload, marshaller);
        return _current is not null;
    }
}
