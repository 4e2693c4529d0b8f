namespace MiniCpmDist.Engine.Collectives;

/// <summary>A host does one after the other.</summary>
public sealed class NoSideStream : ISideStream
{
    public void Run(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        work();
    }

    public void Join() { }
}
