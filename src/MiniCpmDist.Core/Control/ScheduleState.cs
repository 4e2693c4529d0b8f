namespace MiniCpmDist.Core.Control;

/// <summary>What a checkpoint keeps of the schedule.</summary>
/// <param name="Live">What the next step follows.</param>
/// <param name="Configured">
/// What the configuration said at that time: a key whose value differs later has been changed.
/// </param>
/// <param name="Batches">The memory of stages and law.</param>
/// <param name="Requests">
/// Requests decided at this very step that <paramref name="Live"/> has in it. A command decided at step S acts
/// between S and S + 1, and a checkpoint of S may have been saved before or after it.
/// </param>
public sealed record ScheduleState(
    LiveSchedule Live, LiveSchedule Configured, BatchState Batches, IReadOnlyList<string> Requests);
