namespace MiniCpmDist.Engine.Training.FaultInjection;

/// <summary>Where in a step, or in the save of a step's checkpoint, a planned fault strikes.</summary>
public enum FaultPlace
{
    /// <summary>The beginning of the step.</summary>
    Step,

    /// <summary>The entry into the next collective call.</summary>
    Collective,

    /// <summary>During a save, when some of the rank's bytes are written.</summary>
    Write,

    /// <summary>During a save, on rank 0, when all files are there except the manifest.</summary>
    Commit,

    /// <summary>During a save, on rank 0, when the checkpoint has just got its name.</summary>
    Published,
}
