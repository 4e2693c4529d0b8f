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

    public void AddCollective(StepBatch batch, int index, long weight, IReadOnlyList<MicroBatchSums> sums)
    {
        using var scope = NewDisposeScope();
        var whole = sums[0];
        ObjectiveSums objectiveSums;
        using (trace.Measure("forward"))
        using (model.Routers?.Watch())
            objectiveSums = objective.Sum(model, batch.MicroBatches[index]!, 1.0 / weight);
        using (trace.Measure("backward"))
        {
            BackwardPass.Run(objectiveSums.Sum.DividedBy(weight));
            gradients.ReachedCollective(Bucket.AtTheEnd);
        }
        var ofObjective = objective.Measures.Count;
        objectiveSums.CopyTo(whole.BySequence, whole.Measured[..ofObjective]);
        // The step divides by its weight; what is measured of routers is a mean over all tokens.
        model.Routers?.CopyTo(whole.Measured[ofObjective..], weight);
        whole.Objective = objectiveSums.Sum.item<double>();
    }
}
