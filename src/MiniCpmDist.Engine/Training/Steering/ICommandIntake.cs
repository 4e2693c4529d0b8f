using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Engine.Training.Steering;

/// <summary>
/// Where commands come from, and where the run says how it stands. Only rank 0 has anything behind it.
/// </summary>
internal interface ICommandIntake
{
    /// <summary>
    /// The next thing to do at a position, and what it makes of the schedule; <see cref="ControlWord.None"/> where
    /// there is none.
    /// </summary>
    (ControlWord Word, RunRequest? Request, LiveSchedule? After) Next(
        long step, long tokens, LiveSchedule live, bool isPaused);

    /// <summary>A step is done, or a pause has begun or ended.</summary>
    void Tell(RunStatus status);
}
