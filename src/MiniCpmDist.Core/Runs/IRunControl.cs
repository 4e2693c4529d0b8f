using MiniCpmDist.Core.Control;

namespace MiniCpmDist.Core.Runs;

/// <summary>
/// The port through which commands reach a run. Rank 0 alone uses it, between steps; no call may wait for a network.
/// </summary>
public interface IRunControl
{
    /// <summary>The next request, if one has come; it will not be handed out again.</summary>
    RunRequest? Take();

    /// <summary>The decision is in the journal and takes effect.</summary>
    void Decided(RunRequest request, RunDecision decision);

    /// <summary>A step is done, or a pause has begun or ended.</summary>
    void Observe(RunStatus status);
}
