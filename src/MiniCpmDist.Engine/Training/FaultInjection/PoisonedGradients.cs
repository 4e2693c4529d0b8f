using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Engine.Training.Steps;

namespace MiniCpmDist.Engine.Training.FaultInjection;

/// <summary>
/// Spoils the gradients of the step, after the backward of a micro-batch with a poisoned sequence; made only where
/// something is planned.
/// </summary>
/// <param name="inner">Adds the gradients.</param>
/// <param name="poisoned">The sequences.</param>
/// <param name="gradients">Of the step.</param>
internal sealed class PoisonedGradients(
    IMicroBatchGradients inner, IReadOnlySet<SequenceRef> poisoned, FlatGradients gradients) : IMicroBatchGradients
{
    /// <summary>The first sequences of the steps that are to be poisoned.</summary>
    /// <param name="planned">For this rank.</param>
    /// <param name="options">The run.</param>
    /// <param name="data">What it reads.</param>
    public static IReadOnlySet<SequenceRef> SequencesOf(PlannedFaults planned, RunOptions options, RunData data)
    {
        var steps = planned.PoisonedSteps.ToHashSet();
        var poisoned = new HashSet<SequenceRef>();
        // This is the order of the configuration alone: poison belongs to data, and stays with them when another step
        // reads them.
        var planner = new StepPlanner(options.InitialSchedule(), 0, options.Data.SequenceLength, data.Order);
        var cursor = DataCursor.Start(planner.WeightsAfter(0));
        for (var step = 0L; step < steps.DefaultIfEmpty().Max(); step++)
        {
            (var plan, cursor) = planner.Plan(step, step * planner.TokenBatch, cursor);
            if (plan is not null && steps.Contains(plan.Step))
                poisoned.Add(plan.Places[0]);
        }
        return poisoned;
    }

    public IReadOnlyList<string> Measures => inner.Measures;

    public void AddCollective(StepBatch batch, int index, long weight, IReadOnlyList<MicroBatchSums> sums)
    {
        inner.AddCollective(batch, index, weight, sums);
        var sequences = sums[0].Sequences;
        if (batch.Places.Skip(index * sequences).Take(sequences).Any(poisoned.Contains))
            gradients.Sums.Write(0, [float.NaN]);
    }
}
