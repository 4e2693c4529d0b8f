using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Model.Fused;
using MiniCpmDist.Engine.Model.Graph;
using MiniCpmDist.Engine.Objectives;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Engine.Tensors;
using MiniCpmDist.Runs.Telemetry;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Training.Steps;

/// <summary>
/// Computes the loss of this rank's strands of a micro-batch together with the ranks that have the others, and walks
/// back to the flat gradients, of which each strand has its own.
/// </summary>
internal sealed class StrandGradients(
    ContextDecoder model, NextTokenObjective objective, FlatGradients gradients, StepTrace trace)
    : IMicroBatchGradients
{
    public IReadOnlyList<string> Measures => objective.Measures;

    public void AddCollective(StepBatch batch, int index, long weight, IReadOnlyList<MicroBatchSums> sums)
    {
        using var scope = NewDisposeScope();
        var read = batch.MicroBatches[index]!;
        IReadOnlyList<StrandLoss> losses;
        using (trace.Measure("forward"))
        {
            losses = model.LossCollective(
                read.Ids, read.Targets, read.SegmentLengths, read.Rows, gradientFactor: 1.0 / weight);
        }
        using (trace.Measure("backward"))
        {
            BackwardPass.Run(losses.Select(loss => loss.Sum).Aggregate((sum, loss) => sum.Plus(loss))
                .DividedBy(weight));
            gradients.ReachedCollective(Bucket.AtTheEnd);
        }
        foreach (var (strand, loss) in losses.Index())
        {
            var to = sums[strand];
            to.Objective = loss.Sum.item<double>();
            loss.BySequence.data<double>().ToArray().CopyTo(to.BySequence);
            to.Measured.Fill(to.BySequence.ToArray().Sum());
        }
    }
}
