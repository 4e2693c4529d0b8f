using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Core.History;

/// <summary>One step of a run, or the means of some that follow each other.</summary>
/// <param name="Step">The last of them.</param>
/// <param name="Tokens">Where on the token axis: the mean of their ends.</param>
/// <param name="Loss">Mean, in nats per token.</param>
/// <param name="LearningRate">Mean.</param>
/// <param name="TokenBatch">Of the last of them, in tokens.</param>
/// <param name="TokensPerSecond">All their tokens over all their time; 0 where it is not known.</param>
/// <param name="Phase">Of the last of them.</param>
/// <param name="Steps">How many they are.</param>
public readonly record struct HistoryPoint(
    long Step, long Tokens, double Loss, double LearningRate, long TokenBatch, double TokensPerSecond, PhaseKind Phase,
    int Steps = 1)
{
    public static HistoryPoint Of(StepReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new HistoryPoint(
            report.Step, report.Tokens, report.Loss, report.LearningRate, report.TokenBatch,
            report.Seconds > 0 ? report.TokenBatch / report.Seconds : 0, report.Phase);
    }

    public static HistoryPoint Of(RunStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        return new HistoryPoint(
            status.Step, status.Tokens, status.Loss, status.LearningRate, status.TokenBatch, status.TokensPerSecond,
            status.Phase);
    }

    /// <summary>The means of these steps and of those that follow them.</summary>
    public HistoryPoint With(HistoryPoint next)
    {
        var steps = Steps + next.Steps;
        var share = (double)next.Steps / steps;
        return new HistoryPoint(
            next.Step,
            Tokens + (long)Math.Round(share * (next.Tokens - Tokens)),
            Loss + share * (next.Loss - Loss),
            LearningRate + share * (next.LearningRate - LearningRate),
            next.TokenBatch,
            Speed(this, next),
            next.Phase,
            steps);
    }

    // One step that waited for a disk must count for its time and not as one among many.
    private static double Speed(HistoryPoint first, HistoryPoint next)
    {
        if (first.TokensPerSecond <= 0 || next.TokensPerSecond <= 0)
            return Math.Max(first.TokensPerSecond, next.TokensPerSecond);
        double before = (double)first.TokenBatch * first.Steps, after = (double)next.TokenBatch * next.Steps;
        return (before + after) / (before / first.TokensPerSecond + after / next.TokensPerSecond);
    }
}
