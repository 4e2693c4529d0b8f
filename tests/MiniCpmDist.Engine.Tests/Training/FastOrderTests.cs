using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Engine.Tests.Collectives;
using MiniCpmDist.Engine.Tests.Steps;
using MiniCpmDist.Native.TorchExt;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Training;

public sealed class FastOrderTests(TinyData data)
{
    [Theory]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public void Without_an_order_any_number_of_ranks_follows_the_curve_of_the_lanes_to_rounding(
        int worldSize, bool sharded)
    {
        ComputeThreads.Set(1);
        var lanes = data.Options();
        var fast = lanes with
        {
            Parallel = lanes.Parallel with { Reduction = ReductionOrder.Fast, ShardGradients = sharded },
        };
        using var world = new ThreadWorld(worldSize);

        var expected = Losses(lanes, new LoopbackCommunicator());
        var ranks = world.Run(communicator => Losses(fast, communicator));

        Assert.All(ranks, rank => Assert.Equal(ranks[0], rank));
        Assert.Equal(expected[0], ranks[0][0], 1e-6 * expected[0]);
        // AdamW's first steps make a whole step of the sign of a gradient that is next to nothing.
        Assert.All(expected.Zip(ranks[0]), pair => Assert.Equal(pair.First, pair.Second, 1e-3 * pair.First));
    }

    [Fact]
    public void A_fast_run_goes_on_with_another_number_of_ranks()
    {
        var run = TinyRun.Create(data, options => options with
        {
            Parallel = options.Parallel with { Reduction = ReductionOrder.Fast },
            Checkpoint = options.Checkpoint with { Every = 3 * 96 },
        });
        run.Train(worldSize: 3);
        Directory.Delete(run.Folder.NewestCheckpoint!.Path, recursive: true);

        run.Train(worldSize: 2);

        Assert.Equal(6, run.Folder.NewestCheckpoint!.Step);
    }

    private static double[] Losses(RunOptions options, ICommunicator communicator) =>
        [
            .. TinySteps.Train(options, communicator, steps: 4, sequences: 6, learningRate: 0.01)
                .Select(step => step.Loss),
        ];
}
