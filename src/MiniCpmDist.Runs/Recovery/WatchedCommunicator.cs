using MiniCpmDist.Core.Ranks;

namespace MiniCpmDist.Runs.Recovery;

/// <summary>Tells this rank's pulse which collective it is in.</summary>
/// <param name="inner">The world; still its owner's to dispose.</param>
/// <param name="pulse">Of this rank.</param>
public sealed class WatchedCommunicator(ICommunicator inner, PulseWriter pulse) : ICommunicator
{
    // Made once: a step makes many calls.
    private readonly string[] _exchanges =
        [.. Enumerable.Range(0, inner.WorldSize).Select(peer => $"exchange with rank {peer}")];

    public int Rank => inner.Rank;

    public int WorldSize => inner.WorldSize;

    public string Description => inner.Description;

    public void BroadcastCollective(Span<byte> buffer)
    {
        pulse.Enter("broadcast");
        inner.BroadcastCollective(buffer);
        pulse.Leave();
    }

    public void AllGatherCollective(ReadOnlySpan<byte> send, Span<byte> receive)
    {
        pulse.Enter("all-gather");
        inner.AllGatherCollective(send, receive);
        pulse.Leave();
    }

    public void ExchangeCollective(int peer, nint send, long sendBytes, nint receive, long receiveBytes)
    {
        pulse.Enter(_exchanges[peer]);
        inner.ExchangeCollective(peer, send, sendBytes, receive, receiveBytes);
        pulse.Leave();
    }

    public void BarrierCollective()
    {
        pulse.Enter("barrier");
        inner.BarrierCollective();
        pulse.Leave();
    }

    public void Abort(int exitCode) => inner.Abort(exitCode);

    public void Dispose() { }
}
