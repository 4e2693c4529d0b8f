using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Data;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Optimization;
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
    double clipNorm)
{
    private readonly SequenceReader _reader = new(dataset, sequenceLength);
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
            reduction.AddLane();
        }
        reduction.ReduceScatterCollective();
        var norm = _norm.MeasureCollective(parameters.Gradients);
        optimizer.Update(plan.Step, plan.LearningRate, GradientNorm.ClipScale(norm, clipNorm));
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
        var (ids, targets) = _reader.Read(microBatch, i => order.IndexAt(cursor + i));
        var sum = model.LossSum(ids, targets);
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
