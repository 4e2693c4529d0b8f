using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Runs.Telemetry;

namespace MiniCpmDist.Engine.Training.Steps;

/// <summary>
/// One optimizer update: lanes forward and backward, reduction, clipping, AdamW, parameters back to all ranks.
/// </summary>
/// <remarks>Owns the loader, and nothing else of what it is given.</remarks>
internal sealed class TrainingStep(
    ICommunicator communicator,
    RankGrid grid,
    RankReduction reduction,
    StepRouting routing,
    IMicroBatchGradients microBatchGradients,
    FlatParameters parameters,
    FlatGradients gradients,
    FlatAdamW optimizer,
    RunData data,
    StepBatchLoader loader,
    double clipNorm,
    StepTrace trace) : ITrainingStep
{
    private readonly GradientNorm _norm = new(communicator, reduction, parameters.Layout);
    private readonly ParameterComparison _comparison = new(communicator, parameters);

    public StepResult RunCollective(StepPlan plan, bool compare = false)
    {
        var (batch, waited) = Take(plan);
        // An exact integer, known before any backward.
        var weight = Math.Max(1, batch.Weights.Sum());
        var (microBatches, microBatch) = (batch.MicroBatches.Count, batch.Places.Count / batch.MicroBatches.Count);
        // Those of the strands of micro-batches, strand by strand; a whole sequence is one.
        var sums = StepSums.For(grid, microBatches, microBatch, microBatchGradients.Measures);
        var (firstLane, laneCount) = grid.LanesOf(communicator.Rank);
        // Sharded gradients are reduced with each micro-batch, so all ranks have to have as many.
        var rounds = Enumerable.Range(0, grid.Lanes.Lanes)
            .Max(lane => LaneMicroBatches.Of(lane, grid.Lanes.Lanes, microBatches).Count);
        var expertTokens = routing.CountCollective(batch);
        gradients.Clear();
        for (var lane = firstLane; lane < firstLane + laneCount; lane++)
        {
            var (first, count) = LaneMicroBatches.Of(lane, grid.Lanes.Lanes, microBatches);
            for (var i = first; i < first + count; i++)
            {
                gradients.IsLast = lane == firstLane + laneCount - 1 && i == first + count - 1;
                microBatchGradients.AddCollective(batch, i, weight, sums.Of(communicator.Rank, i));
            }
            using (trace.Measure("reduction"))
            {
                for (var i = count; gradients.IsSharded && i < rounds; i++)
                    gradients.PassCollective();
                gradients.AddLane();
            }
        }
        // Hash as late as possible: the parameters that others send after the optimizer would hide what was wrong with
        // these.
        ulong? hash = null;
        using (trace.Measure("compare"))
        {
            if (compare && communicator.WorldSize > 1)
                hash = _comparison.Hash();
        }
        // Measure before the reduction: after it all ranks are equally late.
        var arrival = trace.Parts?.OwnSeconds() ?? 0;
        using (trace.Measure("reduction"))
            gradients.ReduceScatterCollective();
        double norm;
        using (trace.Measure("norm"))
            norm = _norm.MeasureCollective(gradients);
        // All ranks know loss, norm and hashes before anything is changed, and decide alike.
        double[] ofRank = hash is { } bits ? [arrival, BitConverter.UInt64BitsToDouble(bits)] : [arrival];
        var own = sums.GatherCollective(communicator, ofRank);
        trace.Parts?.Synchronized();
        var result = new StepResult(
            sums.Objective() / weight, norm, BySource(batch, sums.BySequence()), waited.TotalSeconds)
        {
            Arrivals = [.. own.Select(numbers => numbers[0])],
            Measures = sums.Measured(weight),
            ExpertTokens = expertTokens,
            Hashes = [.. own.SelectMany(numbers => numbers.Skip(1)).Select(BitConverter.DoubleToUInt64Bits)],
        };
        if (!result.IsFinite || !result.IsAlike)
            return result;
        using (trace.Measure("optimizer"))
            optimizer.Update(plan.Step, plan.LearningRate, GradientNorm.ClipScale(norm, clipNorm));
        using (trace.Measure("gather"))
        {
            reduction.GatherCollective(parameters.Values);
            reduction.WaitCollective();
        }
        return result;
    }

    public void Dispose() => loader.Dispose();

    private (StepBatch Batch, TimeSpan Waited) Take(StepPlan plan)
    {
        using var span = trace.Measure("data");
        var taken = loader.Take(plan.Places);
        if (plan.Next.Count > 0)
            loader.Expect(plan.Next);
        return taken;
    }

    private List<SourceLoss> BySource(StepBatch batch, double[] sequenceSums)
    {
        var (sums, weights) = (new double[data.Sources.Count], new long[data.Sources.Count]);
        for (var i = 0; i < batch.Places.Count; i++)
        {
            sums[batch.Places[i].Source] += sequenceSums[i];
            weights[batch.Places[i].Source] += batch.Weights[i];
        }
        return
        [
            .. data.Sources
                .Select((source, i) => (source, i))
                .Where(entry => weights[entry.i] > 0)
                .Select(entry => SourceLoss.Of(
                    entry.source.Name, sums[entry.i], weights[entry.i], entry.source.Train.BytesPerToken)),
        ];
    }
}
