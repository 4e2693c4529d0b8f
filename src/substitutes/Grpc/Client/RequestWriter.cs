using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client;

/// <summary>Writes requests into the body of a call.</summary>
internal sealed class RequestWriter<TRequest, TResponse>(ClientCall<TRequest, TResponse> call, StreamedContent content)
    : IClientStreamWriter<TRequest>
    where TRequest : class
    where TResponse : class
{
    private int _writing;
    private bool _complete;

    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(TRequest message) => WriteAsync(message, CancellationToken.None);

    /// <summary>Writes one request. The token cancels the call, for half a message cannot be taken back.</summary>
    public async Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (_complete)
            throw new InvalidOperationException("The requests are complete: nothing can be written any more.");

        if (Interlocked.Exchange(ref _writing, 1) == 1)
            throw new InvalidOperationException("The write before has not ended: await it first.");

        try
        {
            using var cancellation = cancellationToken.Register(() => call.Cancel("The caller cancelled a write."));
            var frame = OutgoingFrame.Of(message, call.RequestMarshaller, call.LongestRequest);
            var body = await content.Opened.WaitAsync(call.Exchange).ConfigureAwait(false);
            await body.WriteAsync(frame, call.Exchange).ConfigureAwait(false);
            if (((WriteOptions?.Flags ?? default) & WriteFlags.BufferHint) == 0)
                await body.FlushAsync(call.Exchange).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            throw call.WriteFailed(exception);
        }
        finally
        {
            Volatile.Write(ref _writing, 0);
        }
    }

    public Task CompleteAsync()
    {
        _complete = true;
        content.Complete();
        return Task.CompletedTask;
    }
}
