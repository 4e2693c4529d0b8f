namespace MiniCpmDist.Core.Runs;

/// <summary>What a run can be told between two steps. The numbers travel between ranks.</summary>
public enum RunCommandKind
{
    None = 0,

    /// <summary>Save a checkpoint and go on.</summary>
    Checkpoint = 1,

    /// <summary>Save a checkpoint and end.</summary>
    Stop = 2,
}
