namespace Grpc.Core;

/// <summary>Sends messages, one at a time: await each write before the next.</summary>
public interface IAsyncStreamWriter<in T>
{
    WriteOptions? WriteOptions { get; set; }

    /// <summary>Sends one message; completes when the transport has taken it.</summary>
    Task WriteAsync(T message);

    /// <summary>
    /// Sends one message unless cancelled. A writer without an implementation of its own refuses real tokens.
    /// </summary>
    Task WriteAsync(T message, CancellationToken cancellationToken) =>
        cancellationToken.CanBeCanceled
            ? throw new NotSupportedException("This writer cannot cancel a single write.")
            : WriteAsync(message);
}
