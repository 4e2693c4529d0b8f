namespace MiniCpmDist.Core.Runs;

/// <summary>How far a run has come, as its folder tells it.</summary>
public enum RunState
{
    /// <summary>Made, and never trained.</summary>
    Made,

    /// <summary>Being trained, or waiting to be resumed: a folder cannot know which.</summary>
    Unfinished,

    Finished,
}
