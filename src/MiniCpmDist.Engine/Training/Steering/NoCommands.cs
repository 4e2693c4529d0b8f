using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Engine.Training.Steering;

/// <summary>The intake of ranks other than 0: they learn what to do from rank 0's word.</summary>
internal sealed class NoCommands : ICommandIntake
{
    public static NoCommands Instance { get; } = new();

    public (ControlWord Word, RunRequest? Request, LiveSchedule? After) Next(
        long step, long tokens, LiveSchedule live, bool isPaused) => (ControlWord.None, null, null);

    public void Tell(RunStatus status) { }
}
