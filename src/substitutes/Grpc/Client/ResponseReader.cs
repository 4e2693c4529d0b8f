using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>Reads the responses of a call.</summary>
internal sealed class ResponseReader<TRequest, TResponse>(ClientCall<TRequest, TResponse> call)
    : IAsyncStreamReader<TResponse>
    where TRequest : class
    where TResponse : class
{
    private TResponse? current;
    private int reading;

    public TResponse Current => current ?? throw new InvalidOperationException("There is no message: call MoveNext first.");

    /// <summary>Waits for the next response. The token cancels the call.</summary>
    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref reading, 1) == 1)
            throw new InvalidOperationException("The read before has not ended: await it first.");

        try
        {
            using var cancellation = cancellationToken.Register(() => call.Cancel("The caller cancelled a read."));
            current = await call.ReadAsync().ConfigureAwait(false);
            return current is not null;
        }
        finally
        {
            Volatile.Write(ref reading, 0);
        }
    }
}
