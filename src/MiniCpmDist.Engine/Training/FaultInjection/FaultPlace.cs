namespace MiniCpmDist.Engine.Training.FaultInjection;

/// <summary>Where in a step, or in the save of a step's checkpoint, a planned fault strikes.</summary>
public enum FaultPlace
{
    /// <summary>Its beginning.</summary>
    Step,

    /// <summary>Entering the next collective call.</summary>
    Collective,

    /// <summary>A save: some of the rank's bytes are written.</summary>
    Write,

    /// <summary>A save, on rank 0: all files are there, and no manifest.</summary>
    Commit,

    /// <summary>A save, on rank 0: the checkpoint has just got its name.</summary>
    Published,
}
