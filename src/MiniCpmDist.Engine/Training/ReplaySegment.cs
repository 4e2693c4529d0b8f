using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Control;

namespace MiniCpmDist.Engine.Training;

/// <summary>The steps of a run under one configuration.</summary>
/// <param name="FromStep">Updates done when it begins.</param>
/// <param name="ToStep">Updates done when the next one begins, or the replay ends.</param>
/// <param name="Options">The configuration.</param>
/// <param name="Commands">What changed the schedule meanwhile, and after how many updates.</param>
public sealed record ReplaySegment(
    long FromStep, long ToStep, RunOptions Options, IReadOnlyList<(long Step, RunRequest Request)> Commands)
{
    /// <summary>Gives the commands at their steps, and stops at the end.</summary>
    public ReplayControl NewControl() => new(this);
}
