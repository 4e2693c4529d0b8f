namespace Grpc.Core;

/// <summary>What one call brings besides its message. Immutable: <c>With...</c> gives a changed copy.</summary>
public struct CallOptions
{
    /// <param name="headers">Sent with the request.</param>
    /// <param name="deadline">Absolute, UTC; null for none.</param>
    /// <param name="cancellationToken">Ends the call early.</param>
    /// <param name="writeOptions">How requests are written.</param>
    /// <param name="propagationToken">Only null: nothing here can make one.</param>
    /// <param name="credentials">Only null: nothing here can make them.</param>
    public CallOptions(
        Metadata? headers = null,
        DateTime? deadline = null,
        CancellationToken cancellationToken = default,
        WriteOptions? writeOptions = null,
        ContextPropagationToken? propagationToken = null,
        CallCredentials? credentials = null)
    {
        Headers = headers;
        Deadline = deadline;
        CancellationToken = cancellationToken;
        WriteOptions = writeOptions;
        PropagationToken = propagationToken;
        Credentials = credentials;
    }

    public Metadata? Headers { get; private set; }

    public DateTime? Deadline { get; private set; }

    public CancellationToken CancellationToken { get; private set; }

    public WriteOptions? WriteOptions { get; private set; }

    public ContextPropagationToken? PropagationToken { get; }

    public CallCredentials? Credentials { get; }

    public CallOptions WithHeaders(Metadata headers) => this with { Headers = headers };

    public CallOptions WithDeadline(DateTime deadline) => this with { Deadline = deadline };

    public CallOptions WithCancellationToken(CancellationToken cancellationToken) =>
        this with { CancellationToken = cancellationToken };

    public CallOptions WithWriteOptions(WriteOptions writeOptions) => this with { WriteOptions = writeOptions };
}
