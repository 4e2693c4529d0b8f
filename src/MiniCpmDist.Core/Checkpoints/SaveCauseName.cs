namespace MiniCpmDist.Core.Checkpoints;

/// <summary>The names of save causes in the journal and on screens.</summary>
public static class SaveCauseName
{
    /// <summary>The cause's name, in lower case.</summary>
    public static string Of(SaveCause cause) => cause switch
    {
        SaveCause.End => "end",
        SaveCause.PhaseEnd => "phase-end",
        SaveCause.BranchSchedule => "ladder",
        SaveCause.Interval => "interval",
        SaveCause.Command => "command",
        SaveCause.Signal => "signal",
        SaveCause.TimeUsedUp => "time-used-up",
        _ => "time",
    };
}
