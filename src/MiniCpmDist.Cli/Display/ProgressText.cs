using System.Globalization;
using MiniCpmDist.Core.History;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Runs.Telemetry;

namespace MiniCpmDist.Cli.Display;

/// <summary>The words of the progress line, apart from where and when it is shown.</summary>
internal static class ProgressText
{
    /// <summary>Step, tokens, loss, lr, token batch, tokens/s, phase, ETA.</summary>
    public static string Of(StepReport report, RunProgress progress, double tokensPerSecond)
    {
        var isOpen = progress.TotalSteps == 0;
        var remaining = isOpen
            ? "until told"
            : "ETA " + Span(TimeSpan.FromSeconds((progress.TotalTokens - report.Tokens) / tokensPerSecond));
        var total = isOpen ? "" : $"/{progress.TotalSteps}";
        return string.Create(CultureInfo.InvariantCulture,
            $"step {report.Step}{total} | {Tokens(report.Tokens)} tokens"
            + $" | loss {report.Loss:F4}{Of(report.Measures)} | lr {report.LearningRate:0.00e+00}"
            + $" | batch {Tokens(report.TokenBatch)}"
            + $" | {tokensPerSecond:N0} tok/s | {Phase(report)} | {remaining}");
    }

    /// <summary>The margin and the accuracy of pairs; nothing where an objective does not measure them.</summary>
    public static string Of(IReadOnlyList<Measure> measures) => string.Concat(measures
        .Where(measure => measure.Name is "margin" or "accuracy")
        .Select(measure => string.Create(CultureInfo.InvariantCulture, $" | {measure.Name} {measure.Value:F4}")));

    /// <summary>The scores of tasks, and what the evaluation took.</summary>
    public static string Of(TaskScoresReport report) => string.Create(
        CultureInfo.InvariantCulture,
        $"step {report.Step} | {ScoresText.Of(report)} | {report.Positions} positions in {report.Seconds:F1} s");

    /// <summary>A count of tokens with a unit: 512, 2,048, 983K, 1.25M, 3.4B.</summary>
    public static string Tokens(long count) => count switch
    {
        < 10_000 => count.ToString("N0", CultureInfo.InvariantCulture),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{count / 1e3:F0}K"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{count / 1e6:F2}M"),
        < 1_000_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{count / 1e9:F2}B"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{count / 1e12:F2}T"),
    };

    /// <summary>A duration in its two largest units: 41s, 3m 05s, 2h 10m, 5d 03h.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:F0}s"),
        { TotalHours: < 1 } => $"{span.Minutes}m {span.Seconds:D2}s",
        { TotalDays: < 1 } => $"{span.Hours}h {span.Minutes:D2}m",
        _ => $"{span.Days}d {span.Hours:D2}h",
    };

    private static string Phase(StepReport report) => report.Phase.ToString().ToLowerInvariant();
}
