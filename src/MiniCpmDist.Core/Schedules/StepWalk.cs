using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Schedules;

/// <summary>
/// Steps along the token axis, from a step's end on and through the stages that lie ahead: a stage changes the batch at
/// the first end of a step that is at its place or after it.
/// </summary>
/// <param name="Position">Tokens consumed.</param>
/// <param name="TokenBatch">Of the step that begins there.</param>
/// <param name="Stages">In the order of their places; those at the position and before it are in the batch.</param>
public readonly record struct StepWalk(long Position, long TokenBatch, IReadOnlyList<BatchStage> Stages)
{
    /// <summary>The walk from a place in a schedule that nobody has changed.</summary>
    /// <param name="position">Tokens consumed.</param>
    /// <param name="firstBatch">Of the first step.</param>
    /// <param name="stages">All of them.</param>
    public static StepWalk At(long position, long firstBatch, IReadOnlyList<BatchStage> stages) => new(
        position, stages.LastOrDefault(stage => stage.From <= position)?.TokenBatch ?? firstBatch, stages);

    /// <summary>Walks to the first end of a step that is at a place or after it.</summary>
    /// <returns>The steps, and the tokens at their end.</returns>
    public (long Steps, long Position) To(long end)
    {
        var (steps, position) = (0L, Position);
        foreach (var (until, batch) in Stretches())
        {
            var count = Count(position, Math.Min(until, end), batch);
            (steps, position) = (steps + count, position + count * batch);
            if (until >= end)
                break;
        }
        return (steps, position);
    }

    /// <summary>Walks to the last end of a step that is at a place or before it.</summary>
    /// <returns>The steps, and the tokens at their end.</returns>
    public (long Steps, long Position) Within(long end)
    {
        var (steps, position) = (0L, Position);
        foreach (var (until, batch) in Stretches())
        {
            var all = Count(position, until, batch);
            var count = Math.Min(all, Math.Max(0, (end - position) / batch));
            (steps, position) = (steps + count, position + count * batch);
            if (count < all)
                break;
        }
        return (steps, position);
    }

    /// <summary>Tokens at the end of so many steps; at most <see cref="Extent.LongestTokens"/>.</summary>
    public long After(double steps)
    {
        var (left, position) = (steps, Position);
        foreach (var (until, batch) in Stretches())
        {
            var count = Math.Min(left, Count(position, until, batch));
            if (position + count * batch >= Extent.LongestTokens)
                return Extent.LongestTokens;
            (left, position) = (left - count, position + (long)count * batch);
            if (left <= 0)
                break;
        }
        return position;
    }

    private IEnumerable<(long Until, long Batch)> Stretches()
    {
        var (position, batch) = (Position, TokenBatch);
        foreach (var stage in Stages.Where(stage => stage.From > position))
        {
            yield return (stage.From, batch);
            batch = stage.TokenBatch;
        }
        yield return (Extent.LongestTokens, batch);
    }

    private static long Count(long position, long until, long batch) =>
        Math.Max(0, (until - position + batch - 1) / batch);
}
