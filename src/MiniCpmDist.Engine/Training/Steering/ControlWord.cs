namespace MiniCpmDist.Engine.Training.Steering;

/// <summary>What rank 0 tells the others before each step, again and again until it is <see cref="None"/>.</summary>
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

    /// <summary>Change the schedule: the request follows as text.</summary>
    Change = 5,

    /// <summary>Take no step until <see cref="Continue"/>.</summary>
    Pause = 6,

    /// <summary>Take steps again.</summary>
    Continue = 7,

    /// <summary>Stay paused: listen again in a while, and do not spin meanwhile.</summary>
    Wait = 8,

    /// <summary>Go back to the newest checkpoint.</summary>
    RollBack = 9,

    /// <summary>Give up: going back has been tried often enough.</summary>
    GiveUp = 10,
}
