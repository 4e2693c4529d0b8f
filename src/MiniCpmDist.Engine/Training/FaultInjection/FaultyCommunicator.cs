using MiniCpmDist.Core.Ranks;

namespace MiniCpmDist.Engine.Training.FaultInjection;

/// <summary>
/// A world in which planned faults strike inside of collective calls; made only where one is planned.
/// </summary>
/// <param name="inner">The world; still its owner's to dispose.</param>
/// <param name="faults">What is planned for this rank.</param>
public sealed class FaultyCommunicator(ICommunicator inner, PlannedFaults faults) : ICommunicator
{
    public int Rank => inner.Rank;

    public int WorldSize => inner.WorldSize;

    public string Description => inner.Description;

    public void BroadcastCollective(Span<byte> buffer)
    {
        faults.EnterCollective();
        inner.BroadcastCollective(buffer);
    }

    public void AllGatherCollective(ReadOnlySpan<byte> send, Span<byte> receive)
    {
        faults.EnterCollective();
        inner.AllGatherCollective(send, receive);
    }

    public void ExchangeCollective(int peer, nint send, long sendBytes, nint receive, long receiveBytes)
    {
        faults.EnterCollective();
        inner.ExchangeCollective(peer, send, sendBytes, receive, receiveBytes);
    }

    public void BarrierCollective()
    {
        faults.EnterCollective();
        inner.BarrierCollective();
    }

    public void Abort(int exitCode) => inner.Abort(exitCode);

    public void Dispose() { }
}
