namespace MiniCpmDist.Core.Runs;

/// <summary>
/// The port through which commands reach a run. Rank 0 alone uses it, between steps; no call may wait for a network.
/// </summary>
public interface IRunControl
{
    /// <summary>The next command, if one has come; it will not be handed out again.</summary>
    RunCommand? Take();

    /// <summary>The command is in the journal and takes effect.</summary>
    /// <param name="command">As it was taken.</param>
    /// <param name="step">Updates done when it takes effect.</param>
    /// <param name="outcome">What becomes of it, in words.</param>
    void Decided(RunCommand command, long step, string outcome);

    /// <summary>A step is done.</summary>
    void Observe(RunStatus status);
}
