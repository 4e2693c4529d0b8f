namespace MiniCpmDist.Runs.Folder;

/// <summary>How a run ended.</summary>
public enum RunOutcome
{
    /// <summary>All tokens of the schedule are trained.</summary>
    Finished,

    /// <summary>A command asked for the end; a checkpoint was saved and <c>minicpm resume</c> continues.</summary>
    Stopped,

    /// <summary>The time it was given is used up; a checkpoint was saved and <c>minicpm resume</c> continues.</summary>
    Suspended,

    /// <summary>A signal asked for the end; a checkpoint was saved and <c>minicpm resume</c> continues.</summary>
    Interrupted,

    /// <summary>A source has run out whose end also ends the run; what the run has reached is saved.</summary>
    Exhausted,

    /// <summary>
    /// The run goes back to its newest checkpoint. Whoever started it starts it again, in the same world.
    /// </summary>
    RolledBack,
}
