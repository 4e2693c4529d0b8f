using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Core.Control;

/// <summary>
/// What a command makes of a schedule. Pure, so that the coordinator, a dry run, rank 0, a resumed run and a replay all
/// come to the same result.
/// </summary>
public static class ScheduleChange
{
    /// <summary>Applies a command between two steps.</summary>
    /// <param name="now">The schedule in force.</param>
    /// <param name="tokens">Sequence positions consumed.</param>
    /// <param name="command">A command that has nothing to do with the schedule leaves it as it is.</param>
    /// <returns>The schedule from here on, and what has changed, in words.</returns>
    /// <exception cref="ConfigurationException">The command does not fit the state; it says what would.</exception>
    public static (LiveSchedule After, string Outcome) Apply(LiveSchedule now, long tokens, RunCommand command) =>
        command.ApplyTo(now, tokens);

    /// <summary>
    /// Checks whether a run with such a schedule could follow a command. This includes a branch, which makes a schedule
    /// for another run.
    /// </summary>
    /// <exception cref="ConfigurationException">It could not; it says what would.</exception>
    public static void Require(LiveSchedule now, long tokens, RunCommand command) =>
        command.RequireOf(now, tokens);

    /// <summary>Sets another token batch and leaves the batch plan as it is.</summary>
    public static (LiveSchedule After, string Outcome) Resize(
        LiveSchedule now, long tokens, RunCommand.SetTokenBatch change) => change.Resize(now, tokens);

    /// <summary>The phase of the step that begins after so many tokens.</summary>
    public static PhaseKind PhaseAfter(LiveSchedule now, long tokens) =>
        now.From(tokens).PhaseAt(tokens + now.Options.TokenBatch);
}
