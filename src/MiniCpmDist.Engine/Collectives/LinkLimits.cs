namespace MiniCpmDist.Engine.Collectives;

/// <summary>How long a rank waits for the others before it gives up.</summary>
/// <param name="Meeting">Until all ranks have come: they may start, and load their data, at different speeds.</param>
/// <param name="Call">Until what was called is done.</param>
public sealed record LinkLimits(TimeSpan Meeting, TimeSpan Call)
{
    /// <summary>Ten minutes each, as the peers of this runtime have it.</summary>
    public static LinkLimits Standard { get; } = new(TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10));

    /// <summary>
    /// Calls end before a supervisor's patience does: the link knows which call and which rank, the supervisor only who
    /// stands still. Its clock began earlier, when the rank last said something.
    /// </summary>
    /// <param name="patience">After which a supervisor ends the attempt; null for none.</param>
    public LinkLimits Before(TimeSpan? patience) =>
        patience is { } limit && limit / 2 < Call ? this with { Call = limit / 2 } : this;
}
