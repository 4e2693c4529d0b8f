namespace MiniCpmDist.Core.Runs;

/// <summary>How far a run has come, as its folder tells it.</summary>
public enum RunState
{
    /// <summary>The run was made, and never trained.</summary>
    Made,

    /// <summary>The run is being trained, or waits to be resumed: a folder cannot know which.</summary>
    Unfinished,

    Finished,
}
