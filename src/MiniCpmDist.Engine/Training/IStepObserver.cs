using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Engine.Training;

/// <summary>
/// Watches a run on rank 0 without being able to change it. Calls come from the training thread and must return
/// at once.
/// </summary>
public interface IStepObserver
{
    /// <summary>The run is about to train: where it stands and where it ends.</summary>
    void Started(RunProgress progress) { }

    /// <summary>A step is done.</summary>
    void Stepped(StepReport report, RunProgress progress) { }

    void Evaluated(HeldOutReport report) { }

    void Saved(string checkpointPath, long step) { }

    /// <summary>The loop has ended, by finishing or by a command.</summary>
    void Ended(RunOutcome outcome) { }
}

/// <summary>Where a run is and where it ends, on the step and on the token axis.</summary>
public sealed record RunProgress(
    string Name, long Step, long TotalSteps, long Tokens, long TotalTokens, int WorldSize, int Attempt);

/// <summary>How a run ended.</summary>
public enum RunOutcome
{
    /// <summary>All tokens of the schedule are trained.</summary>
    Finished,

    /// <summary>A command asked for the end; a checkpoint was saved and <c>minicpm resume</c> continues.</summary>
    Stopped,
}
