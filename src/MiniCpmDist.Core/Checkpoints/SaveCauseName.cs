namespace MiniCpmDist.Core.Checkpoints;

/// <summary>Causes as journal and screens spell them.</summary>
public static class SaveCauseName
{
    /// <summary>The lower-case word.</summary>
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
