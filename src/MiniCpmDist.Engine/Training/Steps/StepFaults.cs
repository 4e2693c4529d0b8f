using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.FaultInjection;
using MiniCpmDist.Engine.Optimization;

namespace MiniCpmDist.Engine.Training.Steps;

/// <summary>Planned faults that strike the numbers of a step.</summary>
internal sealed class StepFaults
{
    /// <summary>In the last byte of a number: of its exponent.</summary>
    private const byte FlippedBit = 1 << 6;

    private readonly PlannedFaults _planned;
    private readonly HashSet<SequencePlace> _poisoned = [];

    /// <param name="planned">For this rank.</param>
    /// <param name="options">The run.</param>
    /// <param name="data">What it reads.</param>
    public StepFaults(PlannedFaults planned, RunOptions options, RunData data)
    {
        _planned = planned;
        var steps = planned.PoisonedSteps.ToHashSet();
        // As the configuration alone has it: poison belongs to data, and stays with them when they come at another
        // step.
        var planner = new StepPlanner(LiveSchedule.Of(options), 0, options.Data.SequenceLength, data.Order);
        var cursor = DataCursor.Start(planner.WeightsAfter(0));
        for (var step = 0L; step < steps.DefaultIfEmpty().Max(); step++)
        {
            (var plan, cursor) = planner.Plan(step, step * planner.TokenBatch, cursor);
            if (plan is not null && steps.Contains(plan.Step))
                _poisoned.Add(plan.Places[0]);
        }
    }

    /// <summary>Spoils the gradients where one of the sequences that they are of is poisoned.</summary>
    public void AfterBackward(IEnumerable<SequencePlace> sequences, FlatBuffer gradients)
    {
        if (sequences.Any(_poisoned.Contains))
            gradients.Write(0, [float.NaN]);
    }

    /// <summary>Flips a bit of what the rank was told by others, where that is planned.</summary>
    public void AfterStep(long step, FlatParameters parameters, RankSlices owned)
    {
        if (!_planned.Flips(step))
            return;
        if (owned.Count == parameters.Values.Length)
            throw new InvalidOperationException("Expected a world of several ranks for a planned flip, found one.");
        var (offset, count) = owned.Parts[0];
        parameters.Values.Bytes(offset > 0 ? 0 : count)[^1] ^= FlippedBit;
    }
}
