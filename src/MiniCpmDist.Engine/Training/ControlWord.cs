namespace MiniCpmDist.Engine.Training;

/// <summary>What rank 0 tells the others before each step.</summary>
internal enum ControlWord
{
    None = 0,

    /// <summary>Save a checkpoint and go on.</summary>
    Save = 1,

    /// <summary>Save a checkpoint and end, as a command asked.</summary>
    Stop = 2,

    /// <summary>Save a checkpoint and end, to be resumed: the time of this process is used up.</summary>
    Suspend = 3,

    /// <summary>Save a checkpoint and end, to be resumed: a signal asked for it.</summary>
    Interrupt = 4,
}
