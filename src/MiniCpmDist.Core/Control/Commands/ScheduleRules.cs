using System.Globalization;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Control;

/// <summary>What several commands ask of a schedule, as a state machine of warmup, stable and decay.</summary>
internal static class ScheduleRules
{
    /// <exception cref="ConfigurationException">The condition does not hold, and never will.</exception>
    public static void Require(bool holds, string where, string expected, string found, string advice)
    {
        if (!holds)
            throw new ConfigurationException([new Problem(where, expected, found, advice)]);
    }

    /// <exception cref="ConfigurationException">The condition does not hold in this state of the run.</exception>
    public static void RequireState(bool holds, string where, string expected, string found, string advice)
    {
        if (!holds)
        {
            throw new ConfigurationException(
                [new Problem(where, expected, found, advice) { DependsOnState = true }]);
        }
    }

    public static void RequireBeforeDecay(LiveSchedule now, long tokens, string what)
    {
        RequireWsd(now, what);
        RequireState(
            ScheduleChange.PhaseAfter(now, tokens) != PhaseKind.Decay, "the phase", $"warmup or stable, for {what}",
            "the decay", "branch from a checkpoint of the stable phase");
    }

    public static void RequireWsd(LiveSchedule now, string what) => RequireState(
        now.Options.Shape == ScheduleShape.Wsd, "the schedule", $"a run with a stable phase, for {what}",
        "`shape: cosine`",
        "this one takes set-batch without a rule, set-mixture --phase stable, checkpoint, pause and stop; "
        + "train with `schedule.shape: wsd` for the others");

    public static void RequireInReach(double end) => Require(
        end < Extent.LongestTokens, "the length", $"a run of fewer than {Extent.LongestTokens} tokens",
        end.ToString("0", CultureInfo.InvariantCulture), "look for a suffix or a unit too many");

    /// <summary>The decay that the configuration asks for, already in force or still to begin on a command.</summary>
    public static Extent DecayOf(ScheduleOptions options) => options.OpenDecay ?? Extent.OfTokens(options.Decay);

    /// <summary>Tokens of a decay that begins at a place; a percentage is of all tokens up to its end.</summary>
    public static long DecayLength(Extent length, StepWalk start, long tokenBatch)
    {
        var percent = length.Unit == ExtentUnit.Percent ? length.Amount : 0;
        return new TokenAxis(tokenBatch, TokenAxis.Total(start.Position, percent)).Tokens(length, start);
    }

    /// <summary>A number as outcomes tell it.</summary>
    public static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
