using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Native.Mpi;

namespace MiniCpmDist.Engine.Collectives;

/// <summary>Ranks started by an MPI launcher, over host memory.</summary>
public sealed class MpiCommunicator(MpiWorld world) : ICommunicator
{
    public int Rank => world.Rank;

    public int WorldSize => world.WorldSize;

    public string Description => MpiWorld.LibraryVersion;

    public void BroadcastCollective(Span<byte> buffer) => world.BroadcastCollective(buffer, root: 0);

    public void AllGatherCollective(ReadOnlySpan<byte> send, Span<byte> receive) =>
        world.AllGatherCollective(send, receive);

    public void ExchangeCollective(int peer, nint send, long sendBytes, nint receive, long receiveBytes) =>
        world.ExchangeCollective(peer, send, sendBytes, receive, receiveBytes);

    public void BarrierCollective() => world.BarrierCollective();

    public void Abort(int exitCode) => world.Abort(exitCode);

    public void Dispose() => world.Dispose();
}
