namespace MiniCpmDist.Core.Checkpoints;

/// <summary>
/// Why a checkpoint was saved. Where several reasons meet at a step, the first of this list is the one that counts.
/// </summary>
public enum SaveCause
{
    /// <summary>The schedule ends here, or a source has run out whose end also ends the run.</summary>
    End,

    /// <summary>The learning rate's phase ends here, and a decay can branch from the checkpoint.</summary>
    PhaseEnd,

    /// <summary>A branch of the branch schedule begins here.</summary>
    BranchSchedule,

    /// <summary><c>checkpoint.every</c>: so many tokens have been trained.</summary>
    Interval,

    /// <summary>Somebody asked through the coordinator.</summary>
    Command,

    /// <summary>The operating system passed a signal on.</summary>
    Signal,

    /// <summary>The wall time of <c>--max-time</c> is used up.</summary>
    TimeUsedUp,

    /// <summary><c>checkpoint.every_time</c>: so much time has passed since the checkpoint before.</summary>
    Time,
}
