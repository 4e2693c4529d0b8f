using MiniCpmDist.Runs.Recovery;

namespace MiniCpmDist.Engine.Collectives;

/// <summary>
/// Tells this rank's heartbeat when the rank waits for the others on a link whose calls run in the background. A call
/// that only queues waits for nobody, so the heartbeat is not told.
/// </summary>
/// <param name="inner">The link; this one's to dispose.</param>
/// <param name="heartbeat">Of this rank.</param>
public sealed class WatchedLink(ITensorLink inner, HeartbeatWriter heartbeat) : ITensorLink
{
    private readonly string _waiting = $"wait for {inner.Description}";

    public int Rank => inner.Rank;

    public int WorldSize => inner.WorldSize;

    public bool IsImmediate => inner.IsImmediate;

    public string Description => inner.Description;

    public void Exchange(int peer, nint send, long sendCount, nint receive, long receiveCount, ElementType type) =>
        inner.Exchange(peer, send, sendCount, receive, receiveCount, type);

    public void AllReduce(nint send, nint receive, long count, ElementType type) =>
        inner.AllReduce(send, receive, count, type);

    public void ReduceScatter(nint send, nint receive, long receiveCount, ElementType type) =>
        inner.ReduceScatter(send, receive, receiveCount, type);

    public void AllGather(nint send, nint receive, long sendCount, ElementType type) =>
        inner.AllGather(send, receive, sendCount, type);

    public void Group(Action calls) => inner.Group(calls);

    public void Wait()
    {
        heartbeat.Enter(_waiting);
        inner.Wait();
        heartbeat.Leave();
    }

    public void LeaveCollective()
    {
        heartbeat.Enter(_waiting);
        inner.LeaveCollective();
        heartbeat.Leave();
    }

    public void Dispose() => inner.Dispose();
}
