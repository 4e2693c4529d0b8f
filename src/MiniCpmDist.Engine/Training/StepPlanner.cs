using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Engine.Training;

/// <summary>
/// Says what the next step is: its place in the schedule, its mixture and its sequences. The same on every rank, because it
/// looks at nothing but the run's configuration and position.
/// </summary>
internal sealed class StepPlanner(RunOptions options, MixtureOrder order)
{
    private readonly long _tokenBatch = options.Schedule.TokenBatch;

    public LearningRateSchedule Schedule { get; } = LearningRateSchedule.From(options.Schedule);

    /// <summary>The phase of the step that begins after so many tokens.</summary>
    public PhaseKind PhaseAfter(long tokens) => Schedule.PhaseAt(tokens + _tokenBatch);

    /// <summary>The cursor under the mixture of that step's phase.</summary>
    public DataCursor Mix(DataCursor cursor, long tokens) => cursor.Under(options.Data.Weights(PhaseAfter(tokens)));

    /// <summary>The step after so many steps and tokens, and the cursor behind it.</summary>
    /// <returns>No plan where the sources do not have a whole step left.</returns>
    public (StepPlan? Plan, DataCursor After) Plan(long step, long tokens, DataCursor cursor)
    {
        var (places, after) = Draw(cursor, tokens);
        if (places.Count == 0)
            return (null, cursor);
        var hasNext = tokens + _tokenBatch < Schedule.TotalTokens;
        var next = hasNext ? Draw(after, tokens + _tokenBatch).Places : [];
        return (new StepPlan(step + 1, places, Schedule.At(tokens + _tokenBatch), next), after);
    }

    private (IReadOnlyList<SequencePlace> Places, DataCursor After) Draw(DataCursor cursor, long tokens)
    {
        var count = _tokenBatch / options.Data.SequenceLength;
        var (places, after) = order.Draw(Mix(cursor, tokens), count);
        return places.Count == count ? (places, after) : ([], cursor);
    }
}
