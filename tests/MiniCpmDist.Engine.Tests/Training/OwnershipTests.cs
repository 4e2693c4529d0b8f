using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Engine.Tests.Steps;
using MiniCpmDist.Engine.Training;
using MiniCpmDist.Tests.Fixtures;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Training;

public sealed class OwnershipTests(TinyData data)
{
    [Fact]
    public void A_training_step_leaves_no_tensor_behind_and_nothing_to_the_finalizer()
    {
        using var session = TrainingSession.Open(data.Options(), new LoopbackCommunicator());
        session.Parameters.Initialize(seed: 1);
        using var step = session.NewStep();
        // The first step makes what later steps reuse: position tables, spare sums of the lane tree. The same sequences
        // again, because the tables that are kept are those of the last micro-batch's documents.
        step.RunCollective(StepPlans.Of(session, 1, 6, 0.01));
        var live = Tensor.TotalCount;

        for (var i = 2; i <= 5; i++)
            step.RunCollective(StepPlans.Of(session, 1, 6, 0.01) with { Step = i });

        // No collection before: what the finalizer would have to release counts as left behind.
        Assert.Equal(live, Tensor.TotalCount);
    }

    [Fact]
    public void A_session_that_is_disposed_leaves_no_tensor_behind()
    {
        CollectGarbage();
        var live = Tensor.TotalCount;
        var parameters = 0;

        using (var session = TrainingSession.Open(data.Options(), new LoopbackCommunicator()))
        {
            parameters = session.Parameters.Layout.Slots.Count;
            session.Parameters.Initialize(seed: 1);
            using var step = session.NewStep();
            step.RunCollective(StepPlans.Of(session, 1, 6, 0.01));
        }
        CollectGarbage();

        // TorchSharp's count never forgets what a parameter was made from, though its memory is the parameter's.
        Assert.Equal(live + parameters, Tensor.TotalCount);
    }

    private static void CollectGarbage()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
