using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Data;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Engine.Tracing;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Training;

/// <summary>
/// One optimizer update: lanes forward and backward, reduction, clipping, AdamW, parameters back to all ranks.
/// </summary>
public sealed class TrainingStep(
    ICommunicator communicator,
    LaneTree lanes,
    LaneReduction reduction,
    MiniCpmForCausalLM model,
    FlatParameters parameters,
    FlatAdamW optimizer,
    TokenDataset dataset,
    SequenceOrder order,
    int microBatch,
    int sequenceLength,
    double clipNorm,
    StepTrace trace)
{
    private readonly SequenceReader _reader = new(dataset);
    private readonly GradientNorm _norm = new(communicator, reduction);

    /// <summary>Runs the update on all ranks.</summary>
    /// <returns>Mean loss in nats per loss-bearing token of the step, and the gradient norm before clipping.</returns>
    public (double Loss, double GradientNorm) RunCollective(StepPlan plan)
    {
        // An exact integer, known before any backward: every position bears loss in packed text.
        var lossTokens = (long)plan.MicroBatches * microBatch * sequenceLength;
        var sums = new double[plan.MicroBatches];
        var (firstLane, laneCount) = lanes.LanesOf(communicator.Rank, communicator.WorldSize);
        parameters.Gradients.Clear();
        for (var lane = firstLane; lane < firstLane + laneCount; lane++)
        {
            var (first, count) = LaneMicroBatches.Of(lane, lanes.Lanes, plan.MicroBatches);
            for (var i = first; i < first + count; i++)
                sums[i] = ForwardBackward(plan.Cursor + (long)i * microBatch, lossTokens);
            using (trace.Measure("reduction"))
                reduction.AddLane();
        }
        using (trace.Measure("reduction"))
            reduction.ReduceScatterCollective();
        double norm;
        using (trace.Measure("norm"))
            norm = _norm.MeasureCollective(parameters.Gradients);
        using (trace.Measure("optimizer"))
            optimizer.Update(plan.Step, plan.LearningRate, GradientNorm.ClipScale(norm, clipNorm));
        using (trace.Measure("gather"))
            reduction.GatherCollective(parameters.Values);
        var owners = Owners(plan.MicroBatches);
        return (OrderedSums.SumCollective(communicator, sums, i => owners[i]) / lossTokens, norm);
    }

    /// <summary>
    /// Adds one micro-batch's gradients of (loss sum / loss tokens of the step); returns its loss sum.
    /// </summary>
    private double ForwardBackward(long cursor, long lossTokens)
    {
        using var scope = NewDisposeScope();
        Tensor ids, targets, sum;
        using (trace.Measure("data"))
            (ids, targets) = _reader.Read(microBatch, i => order.IndexAt(cursor + i));
        using (trace.Measure("forward"))
            sum = model.LossSum(ids, targets);
        using (trace.Measure("backward"))
            (sum / lossTokens).backward();
        return sum.item<double>();
    }

    /// <summary>The rank that computes each micro-batch.</summary>
    private int[] Owners(int microBatches)
    {
        var owners = new int[microBatches];
        for (var lane = 0; lane < lanes.Lanes; lane++)
        {
            var (first, count) = LaneMicroBatches.Of(lane, lanes.Lanes, microBatches);
            owners.AsSpan(first, count).Fill(lane / (lanes.Lanes / communicator.WorldSize));
        }
        return owners;
    }
}
