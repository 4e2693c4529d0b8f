using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Model.Experts;
using MiniCpmDist.Engine.Model.Graph;
using MiniCpmDist.Engine.Objectives;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Engine.Tensors;
using MiniCpmDist.Runs.Telemetry;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Training.Steps;

/// <summary>Computes an objective of the model, and walks back to the flat gradients.</summary>
internal sealed class MicroBatchGradients(
    MiniCpmForCausalLM model, IObjective objective, FlatGradients gradients, StepTrace trace) : IMicroBatchGradients
{
    public IReadOnlyList<string> Measures { get; } =
        [.. objective.Measures, .. model.Routers is null ? [] : RouterBook.Measures];

    public double AddCollective(
        StepBatch batch, int index, long weight, Span<double> bySequence, Span<double> measured)
    {
        using var scope = NewDisposeScope();
        ObjectiveSums sums;
        using (trace.Measure("forward"))
        using (model.Routers?.Watch())
            sums = objective.Sum(model, batch.MicroBatches[index]!, 1.0 / weight);
        using (trace.Measure("backward"))
        {
            BackwardPass.Run(sums.Sum.DividedBy(weight));
            gradients.ReachedCollective(Bucket.AtTheEnd);
        }
        var ofObjective = objective.Measures.Count;
        sums.CopyTo(bySequence, measured[..ofObjective]);
        // The step divides by its weight; what is measured of routers is a mean over all tokens.
        model.Routers?.CopyTo(measured[ofObjective..], weight);
        return sums.Sum.item<double>();
    }
}
