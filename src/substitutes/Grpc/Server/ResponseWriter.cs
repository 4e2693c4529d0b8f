using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server;

/// <summary>Writes the responses of a call.</summary>
internal sealed class ResponseWriter<TResponse>(
    HttpContext http, Marshaller<TResponse> marshaller, int? longest, HttpServerCallContext context)
    : IServerStreamWriter<TResponse>
    where TResponse : class
{
    private int _writing;
    private volatile bool _closed;

    public WriteOptions? WriteOptions
    {
        get => context.WriteOptions;
        set => context.WriteOptions = value;
    }

    public Task WriteAsync(TResponse message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(TResponse message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (_closed)
            throw new InvalidOperationException("The call has ended: nothing can be written any more.");

        if (Interlocked.Exchange(ref _writing, 1) == 1)
            throw new InvalidOperationException("The write before has not ended: await it first.");

        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(
                context.CancellationToken, cancellationToken);
            var frame = OutgoingFrame.Of(message, marshaller, longest);
            either.Token.ThrowIfCancellationRequested();
            if (((WriteOptions?.Flags ?? default) & WriteFlags.BufferHint) == 0)
            {
                await http.Response.BodyWriter.WriteAsync(frame, either.Token).ConfigureAwait(false);
                return;
            }

            // With the hint it goes out with a later message, or at the latest with the trailers.
            if (!http.Response.HasStarted)
                await http.Response.StartAsync(either.Token).ConfigureAwait(false);

            frame.CopyTo(http.Response.BodyWriter.GetMemory(frame.Length));
            http.Response.BodyWriter.Advance(frame.Length);
        }
        finally
        {
            Volatile.Write(ref _writing, 0);
        }
    }

    public void Close() => _closed = true;
}
