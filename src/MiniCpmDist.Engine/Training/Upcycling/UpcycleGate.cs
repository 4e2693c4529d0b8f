using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Training.Upcycling;

/// <summary>
/// Before its first step a model whose experts are copies computes what the model without experts does, because the
/// weights of a token add up to one. A router whose weights do not, or an expert that got another matrix, would show
/// here and nowhere else so clearly.
/// </summary>
internal static class UpcycleGate
{
    private const int MostRows = 64;

    /// <summary>
    /// The largest difference of two logits, over the largest logit. Rounding gives about a millionth in float32, and a
    /// hundredth in bfloat16, where also the sum of two weighted experts is rounded.
    /// </summary>
    private static double Limit(ScalarType type) => type == ScalarType.Float32 ? 1e-4 : 0.05;

    /// <summary>Compares the logits of the first step's tokens on every rank.</summary>
    /// <param name="communicator">The world.</param>
    /// <param name="model">With experts.</param>
    /// <param name="batch">The first step's sequences.</param>
    /// <param name="load">Reads the weights without experts.</param>
    /// <returns>The largest difference over the largest logit.</returns>
    /// <exception cref="ConfigurationException">The logits differ by more than rounding.</exception>
    public static double RequireCollective(
        ICommunicator communicator, MiniCpmForCausalLM model, StepBatch batch, Action<FlatParameters> load)
    {
        var own = batch.MicroBatches.FirstOrDefault(microBatch => microBatch is not null);
        var all = new double[communicator.WorldSize];
        all[communicator.Rank] = own is null ? 0 : Difference(model, own, load);
        var largest = OrderedSums.GatherCollective(communicator, all, rank => rank)
            .Aggregate((a, b) => double.IsNaN(a) || a > b ? a : b);
        var limit = Limit(model.Head.dtype);
        // Not a number is no small difference either.
        if (largest <= limit)
            return largest;
        throw new ConfigurationException([new Problem(
            "the first step of a model with experts", $"the logits of its parent, to {limit:R} of the largest",
            $"a difference of {largest:R}",
            "look whether the parent's weights are finite; if they are, this is a fault of the program: report it")]);
    }

    private static double Difference(MiniCpmForCausalLM model, MicroBatch batch, Action<FlatParameters> load)
    {
        var dense = new MiniCpmForCausalLM(
            ExpertUpcycling.DenseOf(model.Shape), model.Head.dtype, model.Kernels, window: model.Window);
        using var flat = FlatParameters.BindFrozen(dense);
        try
        {
            load(flat);
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            var (expected, found) = (Logits(dense, batch), Logits(model, batch));
            return (found - expected).abs().max().item<double>() / expected.abs().max().item<double>();
        }
        finally
        {
            dense.Dispose();
        }
    }

    /// <summary>Logits of positions that are spread evenly over the micro-batch, in float64.</summary>
    private static Tensor Logits(MiniCpmForCausalLM model, MicroBatch batch)
    {
        var hidden = model.Rows(
            tensor(batch.Ids, [batch.Rows, batch.Ids.Length / batch.Rows]), batch.SegmentLengths, batch.Images);
        var count = Math.Min(MostRows, batch.Ids.Length);
        var rows = Enumerable.Range(0, count).Select(i => (long)i * batch.Ids.Length / count).ToArray();
        return nn.functional.linear(hidden.index_select(0, tensor(rows)), model.Head).to(ScalarType.Float64);
    }
}
