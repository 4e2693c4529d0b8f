using System.Globalization;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Cli.Display;

/// <summary>A schedule for people, before anything is trained: its phases, batches and learning rates.</summary>
internal static class ScheduleCourseText
{
    /// <summary>Steps and tokens of each phase; they add up to those of the run.</summary>
    public static string Phases(ScheduleOptions schedule)
    {
        var course = PhaseCourse.Of(schedule);
        var phases = course.Select(phase => $"{PhaseName.Of(phase.Phase)} {Steps(phase)}");
        return schedule.StableIsOpen
            ? string.Join(", ", [.. phases, "stable until told", $"then a decay of {schedule.OpenDecay}"])
            : Text($"{course.Sum(phase => phase.Steps):N0} steps, ")
                + Text($"{course.Sum(phase => phase.Tokens):N0} tokens in all: ") + string.Join(", ", phases);
    }

    /// <summary>Tokens of a step, and what changes them.</summary>
    public static string Batches(ScheduleOptions schedule) => Text($"{schedule.TokenBatch:N0} tokens a step")
        + schedule.Batches switch
        {
            { Law: { } law } => Text($" at first; it follows the loss, from {law.Min:N0} to {law.Max:N0}, ")
                + "and lengths in steps count steps of the first batch",
            { Stages: { Count: > 0 } stages } => string.Concat(stages.Select(stage =>
                Text($", {stage.TokenBatch:N0} after {stage.From:N0} tokens"))),
            _ => "",
        };

    /// <summary>The learning rate: its height, where it changes, and how it falls.</summary>
    public static string Rates(ScheduleOptions schedule)
    {
        var (rate, batch, text) = (schedule.LearningRate, schedule.TokenBatch, Text($"{schedule.LearningRate:R}"));
        foreach (var stage in schedule.Batches.Stages)
        {
            var next = rate * stage.Rule.Factor((double)stage.TokenBatch / batch);
            if (next != rate)
                text += Text($", {Rate(next)} after {stage.From:N0} tokens");
            (rate, batch) = (next, stage.TokenBatch);
        }
        if (schedule.Batches.Law is { Rule: not LearningRateRule.None and var rule })
            text += $", which follows the batch ({ScheduleWords.Of(rule)})";
        return text + "; " + Fall(schedule);
    }

    private static string Fall(ScheduleOptions schedule) => schedule switch
    {
        { Shape: ScheduleShape.Cosine } => Text($"a cosine to {schedule.FinalRatio:R} of it"),
        { StableIsOpen: false, Decay: 0 } => "no decay",
        { HalfLife: { } halfLife } => Text($"an exponential decay that halves it in {halfLife:N0} tokens"),
        _ => Text($"{ScheduleWords.Of(schedule.DecayShape)} decay to {schedule.FinalRatio:R} of it"),
    };

    private static string Steps(PhaseCourse phase) =>
        Text($"{phase.Steps:N0} {(phase.Steps == 1 ? "step" : "steps")} ({phase.Tokens:N0} tokens)");

    private static string Rate(double rate) => rate.ToString("G4", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
