using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Engine.Training.Steps;

/// <summary>
/// Says what the next step is: its place in the schedule, its mixture and its sequences. The same on every rank,
/// because it looks at nothing but the schedule in force and the run's position.
/// </summary>
/// <param name="live">The schedule in force.</param>
/// <param name="position">Tokens at which it came into force: the end of a step, or 0.</param>
/// <param name="sequenceLength">Tokens in a sequence.</param>
/// <param name="order">Which sequence is next.</param>
internal sealed class StepPlanner(LiveSchedule live, long position, int sequenceLength, MixtureOrder order)
{
    public LiveSchedule Live => live;

    public LearningRateSchedule Schedule { get; } = live.From(position);

    /// <summary>Tokens of the next step.</summary>
    public long TokenBatch => live.Options.TokenBatch;

    /// <summary>Takes another schedule from a position on.</summary>
    public StepPlanner Under(LiveSchedule next, long tokens) => new(next, tokens, sequenceLength, order);

    /// <summary>The phase of the step that begins after so many tokens.</summary>
    public PhaseKind PhaseAfter(long tokens) => Schedule.PhaseAt(tokens + TokenBatch);

    /// <summary>The shares of the sources in that step.</summary>
    public IReadOnlyList<long> WeightsAfter(long tokens) =>
        [.. live.Shares(PhaseAfter(tokens)).Select(share => share.Weight)];

    /// <summary>The cursor under the mixture of that step.</summary>
    public DataCursor Mix(DataCursor cursor, long tokens) => cursor.Under(WeightsAfter(tokens));

    /// <summary>Returns the step after so many steps and tokens, and the cursor after that step.</summary>
    /// <returns>No plan where the sources do not have a whole step left.</returns>
    public (StepPlan? Plan, DataCursor After) Plan(long step, long tokens, DataCursor cursor)
    {
        var (places, after) = Draw(cursor, tokens);
        if (places.Count == 0)
            return (null, cursor);
        var end = tokens + TokenBatch;
        var next = end < Schedule.TotalTokens ? Draw(after, end).Places : [];
        return (new StepPlan(step + 1, places, Schedule.At(end), next), after);
    }

    private (IReadOnlyList<SequenceRef> Places, DataCursor After) Draw(DataCursor cursor, long tokens)
    {
        var count = TokenBatch / sequenceLength;
        var (places, after) = order.Draw(Mix(cursor, tokens), count);
        return places.Count == count ? (places, after) : ([], cursor);
    }
}
