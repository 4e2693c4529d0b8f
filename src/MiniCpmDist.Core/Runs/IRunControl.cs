using MiniCpmDist.Core.Control;

namespace MiniCpmDist.Core.Runs;

/// <summary>
/// The port through which commands reach a run. Rank 0 alone uses it, between steps; no call may wait for a network.
/// </summary>
public interface IRunControl
{
    /// <summary>Takes the next request, if one has come. It is not handed out again.</summary>
    RunRequest? Take();

    /// <summary>Reports that a decision is in the journal and takes effect.</summary>
    void Decided(RunRequest request, RunDecision decision);

    /// <summary>Reports that a step is done, or that a pause has begun or ended.</summary>
    void Observe(RunStatus status);
}
