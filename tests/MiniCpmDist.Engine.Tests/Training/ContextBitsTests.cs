using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Engine.Tests.Collectives;
using MiniCpmDist.Engine.Tests.Steps;
using MiniCpmDist.Engine.Training;
using MiniCpmDist.Native.TorchExt;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Training;

/// <summary>Sequences of 16 that are cut into eight stretches of 2, so that documents begin inside of them.</summary>
public sealed class ContextBitsTests(TinyData data)
{
    private const int Strands = 4;

    [Theory]
    [InlineData(ActivationCheckpointing.None)]
    [InlineData(ActivationCheckpointing.Full)]
    public void Losses_norms_and_weights_have_the_same_bits_over_however_many_ranks_a_sequence_lies(
        ActivationCheckpointing checkpointing)
    {
        ComputeThreads.Set(1);
        var options = Cut(Strands);
        options = options with { Parallel = options.Parallel with { ActivationCheckpointing = checkpointing } };
        var alone = Train(Cut(Strands), new LoopbackCommunicator());

        // Eight ranks are two groups of four with a lane each.
        foreach (var worldSize in (int[])[1, 2, 4, 8])
        {
            foreach (var rank in InWorldOf(worldSize, communicator => Train(options, communicator)))
            {
                Assert.Equal(alone.Steps, rank.Steps);
                Assert.Equal(alone.Weights, rank.Weights);
            }
        }
    }

    [Fact]
    public void Documents_begin_inside_of_stretches_in_the_data_of_these_tests()
    {
        using var session = TrainingSession.Open(Cut(Strands), new LoopbackCommunicator());
        var inside = 0;
        for (var step = 1; step <= 6; step++)
        {
            foreach (var place in StepPlans.Of(session, step, 6, learningRate: 0).Places)
            {
                var segments = new List<int>();
                session.Data.Sources[place.Source].Train.Read(
                    place.Index, new long[16], new long[16], segments, []);
                var begin = 0;
                inside += segments.Count(length => (begin += length) % 2 == 1);
            }
        }

        Assert.True(inside > 0, "Expected a document that begins at an odd position, found none.");
    }

    [Fact]
    public void Sharded_gradients_have_the_bits_of_whole_ones_where_a_lane_has_one_micro_batch()
    {
        ComputeThreads.Set(1);
        var (whole, sharded) = (Cut(2), Cut(2));
        sharded = sharded with { Parallel = sharded.Parallel with { ShardGradients = true } };

        Assert.Equal(
            InWorldOf(4, communicator => Train(whole, communicator, sequences: 4).Steps),
            InWorldOf(4, communicator => Train(sharded, communicator, sequences: 4).Steps));
    }

    [Fact]
    public void Another_cut_has_other_bits_and_the_same_loss_and_norm_but_for_rounding()
    {
        ComputeThreads.Set(1);
        var whole = Train(Cut(1), new LoopbackCommunicator());
        var cut = Train(Cut(Strands), new LoopbackCommunicator());

        Assert.NotEqual(whole.Weights, cut.Weights);
        foreach (var (expected, found) in whole.Steps.Zip(cut.Steps))
        {
            Assert.Equal(expected.Loss, found.Loss, 1e-5 * expected.Loss);
            Assert.Equal(expected.Norm, found.Norm, 1e-4 * expected.Norm);
        }
    }

    [Fact]
    public void A_run_goes_on_with_other_ranks_a_sequence_as_if_nothing_had_happened()
    {
        var (whole, killed) = (TinyRun.Create(data, CutInTwo), TinyRun.Create(data, CutInTwo));
        whole.Train(worldSize: 2);
        Assert.Throws<KilledException>(() => killed.Train(worldSize: 2, observers: new Killer(afterStep: 3)));

        killed.Train();

        Assert.Equal(TinyRuns.Losses(whole), TinyRuns.Losses(killed));
        Assert.Equal(whole.HeldOut()[^1].Sources, killed.HeldOut()[^1].Sources);
        Assert.Equal(whole.NewestFiles()["model.safetensors"], killed.NewestFiles()["model.safetensors"]);
    }

    private RunOptions Cut(int strands)
    {
        var options = data.Options();
        return options with
        {
            Parallel = options.Parallel with { Lanes = 2, MicroBatch = 2, ContextRanks = strands },
        };
    }

    private RunOptions CutInTwo(RunOptions options) => options with
    {
        Parallel = Cut(2).Parallel,
        Checkpoint = options.Checkpoint with { Every = 2 * 96 },
    };

    private static T[] InWorldOf<T>(int worldSize, Func<ICommunicator, T> body)
    {
        using var world = new ThreadWorld(worldSize);
        return world.Run(communicator =>
        {
            ComputeThreads.Set(1);
            return body(communicator);
        });
    }

    private static ((double Loss, double Norm)[] Steps, float[] Weights) Train(
        RunOptions options, ICommunicator communicator, int sequences = 6)
    {
        float[] weights = [];
        // Three micro-batches over two lanes: the lanes hold 1 and 2.
        var steps = TinySteps.Train(
            options, communicator, steps: 6, sequences, learningRate: 0.01,
            session => weights = session.Parameters.Values.Span(0, (int)session.Parameters.Values.Length).ToArray());
        return (steps, weights);
    }
}
