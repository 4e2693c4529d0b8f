using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Engine.Training.Steering;

/// <summary>
/// Where commands come from, and where the run reports how it stands. On ranks other than 0 it does nothing.
/// </summary>
internal interface ICommandIntake
{
    /// <summary>
    /// Returns the next thing to do at a position, and what it makes of the schedule; <see cref="ControlWord.None"/>
    /// where there is none.
    /// </summary>
    (ControlWord Word, RunRequest? Request, LiveSchedule? After) Next(
        long step, long tokens, LiveSchedule live, bool isPaused);

    /// <summary>Called when a step is done, or a pause has begun or ended.</summary>
    void Tell(RunStatus status);
}
