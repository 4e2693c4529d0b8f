using MiniCpmDist.Core.Runs;
using MiniCpmDist.Runs.Telemetry;

namespace MiniCpmDist.Engine.Tests.Training;

/// <summary>Ends a run of one rank after a step, as a crash would: without a checkpoint and without a word.</summary>
internal sealed class Killer(long afterStep) : IStepObserver
{
    public void Stepped(StepReport report, RunProgress progress)
    {
        if (report.Step == afterStep)
            throw new KilledException();
    }
}
