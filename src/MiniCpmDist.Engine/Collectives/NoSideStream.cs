namespace MiniCpmDist.Engine.Collectives;

/// <summary>No side stream: a host computes and communicates one after the other.</summary>
public sealed class NoSideStream : ISideStream
{
    public void Run(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        work();
    }

    public void Join() { }
}
