namespace MiniCpmDist.Core.Ranks;

/// <summary>
/// What the ranks of a world need from each other. Methods that end in <c>Collective</c> must be called by every rank
/// (or by both peers) in the same order; each blocks until its own part is done.
/// </summary>
public interface ICommunicator : IDisposable
{
    /// <summary>This process's index, 0 .. <see cref="WorldSize"/> - 1.</summary>
    int Rank { get; }

    int WorldSize { get; }

    /// <summary>What carries the bytes, for run records.</summary>
    string Description { get; }

    /// <summary>Copies rank 0's buffer to all ranks.</summary>
    void BroadcastCollective(Span<byte> buffer);

    /// <summary>Collects equally long buffers of all ranks in rank order.</summary>
    void AllGatherCollective(ReadOnlySpan<byte> send, Span<byte> receive);

    /// <summary>Sends to and receives from one peer at once. Addresses are host memory, lengths in bytes.</summary>
    void ExchangeCollective(int peer, nint send, long sendBytes, nint receive, long receiveBytes);

    void BarrierCollective();

    /// <summary>Ends all ranks with this exit code; for a problem that only this rank knows of.</summary>
    void Abort(int exitCode);
}
