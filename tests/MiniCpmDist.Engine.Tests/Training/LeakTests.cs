using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Engine.Tests.Steps;
using MiniCpmDist.Engine.Training;
using MiniCpmDist.Engine.Training.Steps;
using MiniCpmDist.Tests.Fixtures;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Training;

public sealed class LeakTests(TinyData data)
{
    private const int WarmSteps = 100;
    private const int Steps = 500;
    private const long ToleratedBytes = 16 << 20;

    [Fact]
    public void Five_hundred_steps_leave_tensors_and_resident_memory_where_they_were()
    {
        using var session = TrainingSession.Open(data.Options(), new LoopbackCommunicator());
        session.Parameters.Initialize(seed: 1);
        using var step = session.NewStep();
        Run(session, step, 1, WarmSteps);
        var (live, resident) = Measure();

        Run(session, step, WarmSteps + 1, Steps);

        var (liveAfter, residentAfter) = Measure();
        Assert.Equal(live, liveAfter);
        // A tensor of 8 KiB lost in each of a step's six micro-batches would be 24 MiB; the collector alone moves a
        // few.
        Assert.InRange(residentAfter - resident, long.MinValue, ToleratedBytes);
    }

    private static void Run(TrainingSession session, ITrainingStep step, int first, int count)
    {
        for (var i = first; i < first + count; i++)
            step.RunCollective(StepPlans.Of(session, i, 6, 0.001));
        // The tables that are kept are those of the last micro-batch's documents: always the same ones when it is
        // measured.
        step.RunCollective(StepPlans.Of(session, 1, 6, 0.001));
    }

    private static (long Live, long Resident) Measure()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        // Aggressive gives memory back: the collector may hold as much as the processor's last cache is large.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return (Tensor.TotalCount, Environment.WorkingSet);
    }
}
