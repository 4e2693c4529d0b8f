using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Objectives;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Training.Alignment;

/// <summary>
/// Before the first step the model that is trained is the reference, so every answer has to have the reference's
/// log-probability, to the last bit: margins are 0 and losses ln 2. Otherwise both went through different kernels,
/// shapes or precision, and the run would train on that difference.
/// </summary>
internal static class FirstStepGate
{
    /// <exception cref="ConfigurationException">An answer has another log-probability.</exception>
    public static void RequireCollective(ICommunicator communicator, MiniCpmForCausalLM model, StepBatch batch)
    {
        var distance = batch.MicroBatches.OfType<PreferenceBatch>()
            .Select(pairs => Distance(model, pairs))
            .DefaultIfEmpty(0)
            .Max();
        var all = new double[communicator.WorldSize];
        all[communicator.Rank] = distance;
        var largest = OrderedSums.GatherCollective(communicator, all, rank => rank).Max();
        if (largest == 0)
            return;
        throw new ConfigurationException([new Problem(
            "the first step", "log-probabilities of answers that are the reference's to the last bit, and so losses of "
            + "ln 2 and margins of 0", $"a difference of {largest:R} nats",
            "delete the folder `reference` of the run and resume; if the difference stays, compute with "
            + "`kernels: plain` and with `micro_batch: 1`")]);
    }

    private static double Distance(MiniCpmForCausalLM model, PreferenceBatch pairs)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        return new AnswerScores(model, pairs).Measure()
            .Zip(pairs.References)
            .Max(answer => double.IsFinite(answer.First) ? Math.Abs((double)answer.First - answer.Second) : double.NaN);
    }
}
