using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Tests.Collectives;
using MiniCpmDist.Engine.Training;
using MiniCpmDist.Native.TorchExt;

namespace MiniCpmDist.Engine.Tests.Training;

public sealed class LossBitsTests(TinyData data) : IClassFixture<TinyData>
{
    [Fact]
    public void Losses_gradient_norms_and_weights_are_the_same_bits_for_worlds_of_1_2_and_4()
    {
        ComputeThreads.Set(1);
        var alone = Train(new LoopbackCommunicator());

        foreach (var worldSize in (int[])[2, 4])
        {
            using var world = new ThreadWorld(worldSize);
            foreach (var rank in world.Run(Train))
            {
                Assert.Equal(alone.Steps, rank.Steps);
                Assert.Equal(alone.Weights, rank.Weights);
            }
        }
    }

    [Fact]
    public void A_lane_without_micro_batches_changes_nothing()
    {
        ComputeThreads.Set(1);
        // Two micro-batches over four lanes: lanes 0 and 2 are empty, so their sum is that of two lanes with one each.
        Assert.Equal(OneStep(lanes: 2), OneStep(lanes: 4));
    }

    private static (double Loss, double Norm) Bits(StepResult result) => (result.Loss, result.GradientNorm);

    private (double Loss, double Norm) OneStep(int lanes)
    {
        var options = data.Options();
        using var session = TrainingSession.Open(
            options with { Parallel = options.Parallel with { Lanes = lanes } }, new LoopbackCommunicator());
        session.Parameters.Initialize(seed: 1);
        using var step = session.NewStep();
        return Bits(step.RunCollective(StepPlans.Of(session, 1, 2, 0.01)));
    }

    private ((double Loss, double Norm)[] Steps, float[] Weights) Train(ICommunicator communicator)
    {
        using var session = TrainingSession.Open(data.Options(), communicator);
        session.Parameters.Initialize(seed: 1);
        using var step = session.NewStep();
        // Six micro-batches over four lanes: the lanes hold 1, 2, 1 and 2.
        var steps = Enumerable.Range(0, 5)
            .Select(i => Bits(step.RunCollective(StepPlans.Of(session, i + 1, 6, 0.01))))
            .ToArray();
        return (steps, session.Parameters.Values.Span(0, (int)session.Parameters.Values.Length).ToArray());
    }
}
