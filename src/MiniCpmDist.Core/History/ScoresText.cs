using System.Globalization;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Core.History;

/// <summary>An evaluation on tasks in a line, for those who watch.</summary>
public static class ScoresText
{
    /// <summary>Each task with its score by the flavour's own rule.</summary>
    public static string Of(TaskScoresReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return report.Scores.Count == 0
            ? "no scores: the model gives numbers that are not finite"
            : string.Join(" | ", report.Scores.Where(score => score.IsOwn).Select(Of));
    }

    private static string Of(TaskScore score) => string.Create(
        CultureInfo.InvariantCulture,
        $"{score.Task} ({score.Flavour}, {score.Mode}) {Percent(score.Score)} ± {Percent(score.Error)}");

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:F1} %");
}
