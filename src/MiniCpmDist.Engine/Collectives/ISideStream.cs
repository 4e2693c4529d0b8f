namespace MiniCpmDist.Engine.Collectives;

/// <summary>Where communication goes on beside what a device computes.</summary>
public interface ISideStream
{
    /// <summary>
    /// Queues what <paramref name="work"/> queues, tensor operations as well, after everything that was computed
    /// before.
    /// </summary>
    void Run(Action work);

    /// <summary>Makes everything that is computed from now on wait for all that has been queued here.</summary>
    void Join();
}
