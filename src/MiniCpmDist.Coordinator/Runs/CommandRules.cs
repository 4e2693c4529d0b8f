using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Coordinator.Runs;

/// <summary>
/// Which commands a run in a state would take. Rank 0 decides in the end, for the run moves on; but whoever types
/// something impossible should hear so at once.
/// </summary>
internal static class CommandRules
{
    /// <param name="command">To be accepted.</param>
    /// <param name="status">The newest one; null before the first.</param>
    /// <param name="pauseWaits">A pause is accepted and not decided.</param>
    /// <param name="continueWaits">A continuation is accepted and not decided.</param>
    /// <exception cref="RequestRefusedException">It does not fit.</exception>
    public static void Require(RunCommand command, RunStatus? status, bool pauseWaits, bool continueWaits)
    {
        RequireSpelling(command);
        switch (command)
        {
            case RunCommand.Pause when status is { IsPaused: true } && !continueWaits:
                throw Refused("the run", "a run that trains", $"one that is paused at step {status.Step}",
                    "`continue` it first");
            case RunCommand.Continue when status is { IsPaused: false } && !pauseWaits:
                throw Refused("the run", "a run that is paused", "one that trains", "`pause` it first");
            default:
                RequireSchedule(command, status);
                break;
        }
    }

    /// <summary>A command that cannot be written and read again cannot be promised either.</summary>
    private static void RequireSpelling(RunCommand command)
    {
        if (command.FindFlaw() is { } flaw)
            throw new RequestRefusedException(flaw.ToString());
        try
        {
            var fields = RunCommandFields.Write(command).ToDictionary(field => field.Key, field => field.Value);
            if (RunCommandFields.Parse(fields).Equals(command))
                return;
        }
        catch (FormatException)
        {
            // This is reported below.
        }

        throw new RequestRefusedException(
            $"{RunCommandFields.NameOf(command)}: expected lengths, shares and sources as a run file has them.");
    }

    private static void RequireSchedule(RunCommand command, RunStatus? status)
    {
        if (status?.Schedule is not { } schedule)
            return;
        try
        {
            ScheduleChange.Require(schedule, status.Tokens, command);
        }
        catch (ConfigurationException exception)
        {
            // The phase comes and goes; a batch that is no multiple of the micro-batch never will be one.
            throw new RequestRefusedException(exception.Message, exception.DependsOnState);
        }
    }

    private static RequestRefusedException Refused(string where, string expected, string found, string advice) =>
        new(new Problem(where, expected, found, advice).ToString(), dependsOnState: true);
}
