namespace MiniCpmDist.Core.Recovery;

/// <summary>Why a run goes back to its newest checkpoint.</summary>
public enum RollbackCause
{
    /// <summary>Steps in a row had numbers that were none.</summary>
    SkippedSteps,

    /// <summary>A loss far above the last ones.</summary>
    Spike,

    /// <summary>At the end of the run, where no step follows that would tell: no number as held-out loss.</summary>
    HeldOutLoss,

    /// <summary>The parameters are not the same on all ranks.</summary>
    RanksDiffer,
}
