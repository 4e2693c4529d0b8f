using MiniCpmDist.Core.Ranks;

namespace MiniCpmDist.Data.Ranks;

/// <summary>A world of one rank: no MPI library is loaded.</summary>
public sealed class LoopbackCommunicator : ICommunicator
{
    public int Rank => 0;

    public int WorldSize => 1;

    public string Description => "none (one rank)";

    public void BroadcastCollective(Span<byte> buffer) { }

    public void AllGatherCollective(ReadOnlySpan<byte> send, Span<byte> receive) => send.CopyTo(receive);

    public void ExchangeCollective(int peer, nint send, long sendBytes, nint receive, long receiveBytes) =>
        throw new InvalidOperationException($"A world of one rank has no peer {peer}.");

    public void BarrierCollective() { }

    public void Abort(int exitCode) => Environment.Exit(exitCode);

    public void Dispose() { }
}
