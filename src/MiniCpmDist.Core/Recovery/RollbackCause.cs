namespace MiniCpmDist.Core.Recovery;

/// <summary>Why a run goes back to its newest checkpoint.</summary>
public enum RollbackCause
{
    /// <summary>Several steps in a row had a loss or a gradient norm that is not finite.</summary>
    SkippedSteps,

    /// <summary>A loss was far above the last ones.</summary>
    Spike,

    /// <summary>
    /// The held-out loss at the end of the run is not finite. No step follows that would show the fault.
    /// </summary>
    HeldOutLoss,

    /// <summary>The parameters are not the same on all ranks.</summary>
    RanksDiffer,
}
