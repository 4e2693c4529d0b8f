using System.Globalization;
using System.Text;
using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Cli.Evaluation;

/// <summary>
/// Scores in Prometheus' text format. An evaluation ends before anybody could scrape it, so that its numbers go through
/// the textfile collector of node_exporter, which reads whole files.
/// </summary>
internal static class TaskMetricsFile
{
    public static void Write(string path, IReadOnlyList<TaskResult> results) =>
        SyncedFile.Write(Path.GetFullPath(path), Encoding.UTF8.GetBytes(Text(results)));

    /// <summary>A family for scores, and one for their standard errors.</summary>
    public static string Text(IReadOnlyList<TaskResult> results)
    {
        var text = new StringBuilder();
        Add(
            "minicpm_eval_score", "Share of a task's items that the model answers right, by one rule, from 0 to 1.",
            score => score.Mean);
        Add("minicpm_eval_score_error", "Standard error of minicpm_eval_score over the items.", score => score.Error);
        return text.ToString();

        void Add(string name, string help, Func<Estimate, double> number)
        {
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} gauge\n");
            foreach (var result in results)
            {
                foreach (var line in result.Lines)
                {
                    text.Append(
                        CultureInfo.InvariantCulture, $"{name}{{{Labels(result, line)}}} {number(line.Score):R}\n");
                }
            }
        }
    }

    private static string Labels(TaskResult result, ScoreLine line)
    {
        (string Name, string Value)[] labels =
        [
            ("run", result.Run), ("task", result.Data.Task.Name), ("flavour", result.Form.Flavour),
            ("mode", EvaluationWords.Of(result.Form.Mode)), ("rule", line.Rule),
        ];
        return string.Join(',', labels.Select(label => $"{label.Name}=\"{Escaped(label.Value)}\""));
    }

    private static string Escaped(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);
}
