using System.Globalization;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Cli.Display;

/// <summary>The tree of runs as a table.</summary>
internal static class RunsText
{
    private static readonly string[] s_heading =
    [
        "run", "state", "from step", "step", "tokens", "phase", "loss there", "loss now", "rank-hours", "failures",
        "goodput",
    ];

    public static IEnumerable<string> Table(IReadOnlyList<(string Lines, RunSummary Run)> tree)
    {
        // Runs of pre-training measure nothing besides their loss, and a tree of such runs has no column for it.
        MeasureColumn[] measures =
            [.. MeasureColumn.All.Where(column => tree.Any(row => column.Cell(row.Run.Measures).Length > 0))];
        string[] heading = [.. s_heading, .. measures.Select(column => column.Name)];
        string[][] rows =
        [
            heading,
            .. tree.Select(row => (string[])
            [
                .. Cells(row.Lines, row.Run), .. measures.Select(column => column.Cell(row.Run.Measures)),
            ]),
        ];
        var widths = Enumerable.Range(0, heading.Length)
            .Select(column => rows.Max(row => row[column].Length)).ToArray();
        // Names and words are aligned to the left, numbers to the right.
        return rows.Select(row => string.Join("  ", row.Select((cell, column) =>
            column is 0 or 1 or 5 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd());
    }

    private static string[] Cells(string lines, RunSummary run) =>
    [
        lines + PlainText.Of(Name(run)),
        run.State.ToString().ToLowerInvariant() + (run.IsDamaged ? ", DAMAGED" : ""),
        run.Parent is null ? "" : $"{run.ParentStep}",
        $"{run.Step}",
        ProgressText.Tokens(run.Tokens),
        run.Phase is { } phase ? PhaseName.Of(phase) : "",
        Loss(run.BranchLoss, run.IsHeldOut),
        Loss(run.Loss, run.IsHeldOut),
        (run.RankSeconds / 3600).ToString("0.000", CultureInfo.InvariantCulture),
        run.Goodput is null ? "" : $"{run.Failures}",
        run.Goodput is { } goodput ? (100 * goodput).ToString("0.0", CultureInfo.InvariantCulture) + "%" : "",
    ];

    /// <summary>The folder is what other commands take; a copied one still has the name that it was trained under.
    /// </summary>
    private static string Name(RunSummary run)
    {
        var folder = Path.GetFileName(Path.TrimEndingDirectorySeparator(run.Path));
        return folder == run.Name ? run.Name : $"{folder} ({run.Name})";
    }

    private static string Loss(double? loss, bool isHeldOut) =>
        loss is { } value ? (isHeldOut ? "" : "~") + value.ToString("F4", CultureInfo.InvariantCulture) : "";
}
