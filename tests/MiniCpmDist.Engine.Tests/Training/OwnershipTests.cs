using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Tests.Steps;
using MiniCpmDist.Engine.Training;
using MiniCpmDist.Native.Loading;

namespace MiniCpmDist.Engine.Tests.Training;

public sealed class OwnershipTests(TinyData data) : IClassFixture<TinyData>
{
    [Fact]
    public void A_training_step_leaves_no_native_object_behind_and_nothing_to_the_finalizer()
    {
        using var session = TrainingSession.Open(data.Options(), new LoopbackCommunicator());
        session.Parameters.Initialize(seed: 1);
        using var step = session.NewStep();
        // The first step makes what later steps reuse: position tables, spare sums of the lane tree. The same sequences
        // again, because the tables that are kept are those of the last micro-batch's documents.
        step.RunCollective(StepPlans.Of(session, 1, 6, 0.01));
        CollectGarbage();
        var (live, finalized) = (NativeLibraries.LiveObjects, SafeNativeHandle.ReleasedByFinalizer);

        for (var i = 2; i <= 5; i++)
            step.RunCollective(StepPlans.Of(session, 1, 6, 0.01) with { Step = i });
        CollectGarbage();

        Assert.Equal(live, NativeLibraries.LiveObjects);
        Assert.Equal(finalized, SafeNativeHandle.ReleasedByFinalizer);
    }

    [Fact]
    public void A_session_that_is_disposed_leaves_no_native_object_behind()
    {
        CollectGarbage();
        var (live, finalized) = (NativeLibraries.LiveObjects, SafeNativeHandle.ReleasedByFinalizer);

        using (var session = TrainingSession.Open(data.Options(), new LoopbackCommunicator()))
        {
            session.Parameters.Initialize(seed: 1);
            using var step = session.NewStep();
            step.RunCollective(StepPlans.Of(session, 1, 6, 0.01));
        }
        CollectGarbage();

        Assert.Equal(live, NativeLibraries.LiveObjects);
        Assert.Equal(finalized, SafeNativeHandle.ReleasedByFinalizer);
    }

    private static void CollectGarbage()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
