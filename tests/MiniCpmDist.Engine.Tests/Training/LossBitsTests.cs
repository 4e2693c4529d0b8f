using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Engine.Tests.Collectives;
using MiniCpmDist.Engine.Tests.Steps;
using MiniCpmDist.Native.TorchExt;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Training;

public sealed class LossBitsTests(TinyData data)
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

    private (double Loss, double Norm) OneStep(int lanes)
    {
        var options = data.Options();
        return TinySteps.Train(
            options with { Parallel = options.Parallel with { Lanes = lanes } }, new LoopbackCommunicator(), steps: 1,
            sequences: 2, learningRate: 0.01)[0];
    }

    private ((double Loss, double Norm)[] Steps, float[] Weights) Train(ICommunicator communicator)
    {
        float[] weights = [];
        // Six micro-batches over four lanes: the lanes hold 1, 2, 1 and 2.
        var steps = TinySteps.Train(
            data.Options(), communicator, steps: 5, sequences: 6, learningRate: 0.01,
            session => weights = session.Parameters.Values.Span(0, (int)session.Parameters.Values.Length).ToArray());
        return (steps, weights);
    }
}
