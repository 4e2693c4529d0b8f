using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Runs.Telemetry;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Training.Steps;

/// <summary>
/// Counts which experts the tokens of a step take, before its gradients are made: the gradient of the balance loss
/// needs the shares of the whole step. The counts are integers, so their sums have no order. For a model without
/// experts this does nothing.
/// </summary>
internal sealed class StepRouting(MiniCpmForCausalLM model, ICommunicator communicator, StepTrace trace)
{
    /// <returns>The tokens of each layer and expert; empty for a model without experts.</returns>
    public IReadOnlyList<long[]> CountCollective(StepBatch batch)
    {
        if (model.Routers is not { } routers)
            return [];
        using var span = trace.Measure("forward");
        using (routers.Watch())
        {
            foreach (var microBatch in batch.MicroBatches)
            {
                if (microBatch is not null)
                    Read(microBatch);
            }
        }
        double[] own = [.. routers.Layers.SelectMany(layer => layer.Sums.Counts.Select(count => (double)count))];
        var (_, ranks) = OrderedSums.GatherCollective(communicator, [], _ => 0, own);
        var experts = model.Shape.Experts;
        IReadOnlyList<long[]> counts =
        [
            .. Enumerable.Range(0, own.Length).Select(i => (long)ranks.Sum(rank => rank[i])).Chunk(experts),
        ];
        routers.Pull(counts);
        return counts;
    }

    private void Read(MicroBatch batch)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        model.Rows(tensor(batch.Ids, [batch.Rows, batch.Ids.Length / batch.Rows]), batch.SegmentLengths,
            batch.Images);
    }
}
