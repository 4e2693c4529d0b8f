using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Data;
using MiniCpmDist.Engine.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Training;

/// <summary>
/// Mean loss in nats per token over sequences spread evenly over a held-out set: always the same ones, in the same
/// order, and not those of its first document alone.
/// </summary>
public sealed class HeldOutEvaluation(
    MiniCpmForCausalLM model, TokenDataset dataset, int sequenceLength, int microBatch, int sequences)
{
    private readonly SequenceReader _reader = new(dataset);

    /// <summary>Sequences that one evaluation reads; fewer than asked for where the set is smaller.</summary>
    public int Sequences { get; } = (int)Math.Min(sequences, dataset.SequenceCount);

    /// <summary>Ranks take the micro-batches in turn; the sum is taken in micro-batch order.</summary>
    public double LossCollective(ICommunicator communicator)
    {
        var sums = new double[(Sequences + microBatch - 1) / microBatch];
        for (var i = communicator.Rank; i < sums.Length; i += communicator.WorldSize)
            sums[i] = LossSum(i * microBatch);
        var sum = OrderedSums.SumCollective(communicator, sums, i => i % communicator.WorldSize);
        return sum / ((double)Sequences * sequenceLength);
    }

    private double LossSum(int first)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var (ids, targets) = _reader.Read(
            Math.Min(microBatch, Sequences - first), i => (first + i) * dataset.SequenceCount / Sequences);
        return model.LossSum(ids, targets).item<double>();
    }
}
