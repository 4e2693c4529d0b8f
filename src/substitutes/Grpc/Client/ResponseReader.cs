using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>Reads the responses of a call.</summary>
internal sealed class ResponseReader<TRequest, TResponse>(ClientCall<TRequest, TResponse> call)
    : IAsyncStreamReader<TResponse>
    where TRequest : class
    where TResponse : class
{
    private TResponse? _current;
    private int _reading;

    public TResponse Current =>
        _current ?? throw new InvalidOperationException("There is no message: call MoveNext first.");

    /// <summary>Waits for the next response. The token cancels the call.</summary>
    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _reading, 1) == 1)
            throw new InvalidOperationException("The read before has not ended: await it first.");

        try
        {
            using var cancellation = cancellationToken.Register(() => call.Cancel("The caller cancelled a read."));
            _current = await call.ReadAsync().ConfigureAwait(false);
            return _current is not null;
        }
        finally
        {
            Volatile.Write(ref _reading, 0);
        }
    }
}
