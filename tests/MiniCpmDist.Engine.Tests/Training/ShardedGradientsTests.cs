using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Engine.Tests.Collectives;
using MiniCpmDist.Engine.Tests.Steps;
using MiniCpmDist.Engine.Training;
using MiniCpmDist.Native.TorchExt;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Training;

public sealed class ShardedGradientsTests(TinyData data)
{
    [Theory]
    [InlineData(KernelSet.Fused, Precision.Float32)]
    [InlineData(KernelSet.Plain, Precision.Float32)]
    [InlineData(KernelSet.Plain, Precision.BFloat16)]
    public void Where_a_lane_has_one_micro_batch_sharded_gradients_have_the_bits_of_whole_ones(
        KernelSet kernels, Precision precision)
    {
        var options = data.Options() with { Kernels = kernels, Precision = precision };

        var whole = Train(options, sequences: 4);
        var sharded = Train(Sharded(options), sequences: 4);

        Assert.Equal(whole, sharded);
    }

    [Fact]
    public void With_more_micro_batches_than_lanes_they_are_added_round_by_round()
    {
        ComputeThreads.Set(1);
        var options = data.Options();

        // Lanes hold 1, 2, 1 and 2: in the second round two of them have nothing.
        var whole = Train(options, sequences: 6)[0];
        var ranks = Train(Sharded(options), sequences: 6);

        Assert.All(ranks, rank => Assert.Equal(ranks[0], rank));
        Assert.NotEqual(whole, ranks[0]);
        Assert.All(
            whole.Zip(ranks[0]),
            pair => Assert.Equal(pair.First.Loss, pair.Second.Loss, 1e-3 * pair.First.Loss));
    }

    [Fact]
    public void A_world_with_other_ranks_than_lanes_is_refused_before_anything_is_written()
    {
        var refusal = Assert.Throws<ConfigurationException>(
            () => TrainingSession.Open(Sharded(data.Options()), new LoopbackCommunicator()));

        var problem = Assert.Single(refusal.Problems);
        Assert.Equal("parallel.lanes", problem.Where);
        Assert.Contains("one rank for each of the 4 lanes", problem.Expected, StringComparison.Ordinal);
    }

    private static RunOptions Sharded(RunOptions options) =>
        options with { Parallel = options.Parallel with { ShardGradients = true } };

    private static (double Loss, double Norm)[][] Train(RunOptions options, int sequences)
    {
        ComputeThreads.Set(1);
        using var world = new ThreadWorld(4);
        return world.Run(
            communicator => TinySteps.Train(options, communicator, steps: 4, sequences, learningRate: 0.01));
    }
}
