namespace MiniCpmDist.Core.Runs;

/// <summary>What a run can be told between two steps. The numbers travel between ranks.</summary>
public enum RunCommandKind
{
    None = 0,

    /// <summary>Save a checkpoint and go on.</summary>
    Checkpoint = 1,

    /// <summary>Save a checkpoint and end.</summary>
    Stop = 2,

    /// <summary>
    /// The time that the process was given is used up: save a checkpoint and end, to be resumed. Nobody sends it; rank 0
    /// decides it by its clock.
    /// </summary>
    Suspend = 3,
}
