using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Model.Fused;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Evaluation;

/// <summary>
/// Losses of held-out sequences that lie over several ranks, as those that are trained on do. The groups of ranks take
/// the micro-batches in turn; strands are added in their order.
/// </summary>
internal sealed class StrandEvaluation(RankGrid grid, ContextDecoder model)
{
    /// <returns>The loss of each micro-batch in nats, the same on all ranks.</returns>
    public double[] SumsCollective(ICommunicator communicator, int microBatches, Func<int, MicroBatch> read)
    {
        var sums = new double[grid.Strands * microBatches];
        var firstStrand = grid.StrandsOf(communicator.Rank).First;
        for (var i = communicator.Rank % grid.LaneRanks; i < microBatches; i += grid.LaneRanks)
        {
            foreach (var (strand, loss) in LossesCollective(read(i)).Index())
                sums[(firstStrand + strand) * microBatches + i] = loss;
        }
        sums = OrderedSums.GatherCollective(
            communicator, sums, i => grid.RankOf(i / microBatches, i % microBatches % grid.LaneRanks));
        return
        [
            .. Enumerable.Range(0, microBatches).Select(i => OrderedSums.Sum(
                [.. Enumerable.Range(0, grid.Strands).Select(strand => sums[strand * microBatches + i])])),
        ];
    }

    private double[] LossesCollective(MicroBatch batch)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        return
        [
            .. model.LossCollective(batch.Ids, batch.Targets, batch.SegmentLengths, batch.Rows)
                .Select(loss => loss.Sum.item<double>()),
        ];
    }
}
