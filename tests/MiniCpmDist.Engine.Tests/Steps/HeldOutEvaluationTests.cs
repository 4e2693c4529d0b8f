using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Evaluation;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Objectives;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Engine.Tests.Collectives;
using MiniCpmDist.Native.TorchExt;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Steps;

public sealed class HeldOutEvaluationTests(TinyData data)
{
    [Theory]
    [InlineData(1, 1)]      // three ranks have nothing to do
    [InlineData(3, 1)]
    [InlineData(3, 2)]      // the last micro-batch is a short one
    [InlineData(5, 1)]
    public void Fewer_or_odd_numbers_of_sequences_give_four_ranks_the_bits_of_one(int sequences, int microBatch)
    {
        ComputeThreads.Set(1);
        var alone = Loss(new LoopbackCommunicator(), sequences, microBatch);
        using var world = new ThreadWorld(4);

        var ranks = world.Run(communicator => Loss(communicator, sequences, microBatch));

        Assert.InRange(alone, 1, 100);
        // Compared as bits: equal to the last digit and beyond.
        Assert.All(ranks, loss => Assert.Equal(Bits(alone), Bits(loss)));
    }

    private static long Bits(double value) => BitConverter.DoubleToInt64Bits(value);

    private double Loss(ICommunicator communicator, int sequences, int microBatch)
    {
        var options = data.Options();
        using var model = new MiniCpmForCausalLM(options.Model.Shape);
        using var parameters = FlatParameters.BindFrozen(model);
        parameters.Initialize(seed: 3);
        using var dataset = TokenDataset.Open(options.Data.Sources[0].HeldOut, "held-out");
        var evaluation = new HeldOutEvaluation(
            model, RunObjective.PreTraining, [("data", dataset)], microBatch, sequences);
        Assert.Equal(sequences, evaluation.Sequences);
        return HeldOutEvaluation.Mean(evaluation.LossesCollective(communicator));
    }
}
