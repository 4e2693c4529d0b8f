namespace MiniCpmDist.Engine.Collectives;

/// <summary>
/// Moves elements of tensors between ranks: device memory over NCCL, host memory over MPI. Every rank (both peers of an
/// exchange) makes the same calls in the same order. Calls queue their work after what is on the link's stream already
/// and may return before it is done; the memory belongs to them until <see cref="Wait"/> has returned. Addresses are
/// those of first elements; sums are of all ranks.
/// </summary>
public interface ITensorLink : IDisposable
{
    int Rank { get; }

    int WorldSize { get; }

    /// <summary>True where each call is done when it returns.</summary>
    bool IsImmediate { get; }

    /// <summary>Names what carries the elements, for run records.</summary>
    string Description { get; }

    /// <summary>
    /// Sends to and receives from one peer at once. The peer's counts are these, exchanged; either may be 0. The two
    /// ranges do not overlap.
    /// </summary>
    void Exchange(int peer, nint send, long sendCount, nint receive, long receiveCount, ElementType type);

    /// <summary>Gives the sum of all ranks' elements to all ranks. <c>send == receive</c> is allowed.</summary>
    void AllReduce(nint send, nint receive, long count, ElementType type);

    /// <summary>
    /// Gives this rank block <see cref="Rank"/> of the sum of all ranks' <c>WorldSize x receiveCount</c> elements. In
    /// place when <c>receive</c> is where that block lies in <c>send</c>.
    /// </summary>
    void ReduceScatter(nint send, nint receive, long receiveCount, ElementType type);

    /// <summary>
    /// Gives all ranks' <c>sendCount</c> elements, in rank order, to all ranks. In place when <c>send</c> is where this
    /// rank's block lies in <c>receive</c>.
    /// </summary>
    void AllGather(nint send, nint receive, long sendCount, ElementType type);

    /// <summary>The calls made by <paramref name="calls"/> may go on side by side, and in any order.</summary>
    void Group(Action calls);

    /// <summary>Returns when everything that was called is done.</summary>
    /// <exception cref="LinkFailedException">Something failed or took too long; nothing more can be called.</exception>
    void Wait();

    /// <summary>
    /// Ends the link in good order. Disposing a link that was not left ends it at once, and the peers' calls with it:
    /// that is for a rank that has failed.
    /// </summary>
    void LeaveCollective();
}
