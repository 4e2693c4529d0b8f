using MiniCpmDist.Core.Ranks;

namespace MiniCpmDist.Runs.Recovery;

/// <summary>Tells this rank's heartbeat which collective it is in.</summary>
/// <param name="inner">The world; still its owner's to dispose.</param>
/// <param name="heartbeat">Of this rank.</param>
public sealed class WatchedCommunicator(ICommunicator inner, HeartbeatWriter heartbeat) : ICommunicator
{
    // This is made once, because a step makes many calls.
    private readonly string[] _exchanges =
        [.. Enumerable.Range(0, inner.WorldSize).Select(peer => $"exchange with rank {peer}")];

    public int Rank => inner.Rank;

    public int WorldSize => inner.WorldSize;

    public string Description => inner.Description;

    public void BroadcastCollective(Span<byte> buffer)
    {
        heartbeat.Enter("broadcast");
        inner.BroadcastCollective(buffer);
        heartbeat.Leave();
    }

    public void AllGatherCollective(ReadOnlySpan<byte> send, Span<byte> receive)
    {
        heartbeat.Enter("all-gather");
        inner.AllGatherCollective(send, receive);
        heartbeat.Leave();
    }

    public void ExchangeCollective(int peer, nint send, long sendBytes, nint receive, long receiveBytes)
    {
        heartbeat.Enter(_exchanges[peer]);
        inner.ExchangeCollective(peer, send, sendBytes, receive, receiveBytes);
        heartbeat.Leave();
    }

    public void BarrierCollective()
    {
        heartbeat.Enter("barrier");
        inner.BarrierCollective();
        heartbeat.Leave();
    }

    public void Abort(int exitCode) => inner.Abort(exitCode);

    public void Dispose() { }
}
