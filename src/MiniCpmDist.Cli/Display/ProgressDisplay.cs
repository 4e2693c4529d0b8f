using System.Diagnostics;
using System.Globalization;
using MiniCpmDist.Core.Alignment;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Planning;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Journal;
using MiniCpmDist.Runs.Lineage;
using MiniCpmDist.Runs.Telemetry;

namespace MiniCpmDist.Cli.Display;

/// <summary>
/// Shows a run: one live line on a terminal, a plain line now and then elsewhere, and every event on a line of its own.
/// </summary>
internal sealed class ProgressDisplay(
    Screen screen, string runFolder, string? coordinatorAddress, string? page) : IStepObserver
{
    private static readonly TimeSpan s_liveInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_plainInterval = TimeSpan.FromSeconds(15);
    private const double Smoothing = 0.1;
    private readonly Stopwatch _sinceShown = new();
    private double _tokensPerSecond;
    private long _step;

    public void Started(RunProgress progress)
    {
        _step = progress.Step;
        var from = progress.Step == 0 ? "from the start" : $"from step {progress.Step} (attempt {progress.Attempt})";
        screen.Line(
            $"{progress.Name}: training {from} "
            + (progress.TotalSteps == 0
                ? "until told otherwise"
                : $"to step {progress.TotalSteps}, {ProgressText.Tokens(progress.TotalTokens)} tokens")
            + $", on {progress.WorldSize} rank(s); "
            + $"run folder {runFolder}");
        if (coordinatorAddress is not null)
        {
            screen.Line(
                $"{progress.Name}: coordinator at {coordinatorAddress}; "
                + $"ask it with `minicpm ctl status {runFolder}`"
                + (page is null ? "" : $", or open {page}/"));
        }
    }

    public void Moved(IReadOnlyList<string> differences) => screen.Line(
        $"note: other than in the attempt before, so the bits may differ: {string.Join("; ", differences)}");

    public void Reconfigured(IReadOnlyList<ConfigurationChange> changes)
    {
        foreach (var change in changes)
            screen.Line($"configuration: {change}");
    }

    public void PassedOver(IReadOnlyList<Problem> problems)
    {
        screen.Line("note: going on from an older checkpoint, because a newer one is damaged:");
        foreach (var problem in problems)
            screen.Line($"    {problem}");
    }

    public void FoundUnusedRows(UnusedRows rows) => screen.Line($"note: {rows}");

    public void DecisionsLost(IReadOnlyList<Problem> problems)
    {
        screen.Line(
            "JOURNAL DAMAGED OR MISSING: what was decided there is lost, commands included, and the run cannot be "
            + "replayed:");
        foreach (var problem in problems)
            screen.Line($"    {problem}");
    }

    public void Imported(ImportedWeights weights, long warmupTokens) => screen.Line(
        $"initial weights: {weights.Folder} ({weights.Types}), without optimizer state; the learning rate warms up "
        + $"again over {ProgressText.Tokens(warmupTokens)} tokens");

    public void Stepped(StepReport report, RunProgress progress)
    {
        _step = report.Step;
        var now = report.TokenBatch / report.Seconds;
        _tokensPerSecond = _tokensPerSecond == 0 ? now : _tokensPerSecond + Smoothing * (now - _tokensPerSecond);
        var interval = screen.IsTerminal ? s_liveInterval : s_plainInterval;
        var last = progress.TotalSteps > 0 && report.Tokens >= progress.TotalTokens;
        if (_sinceShown.IsRunning && _sinceShown.Elapsed < interval && !last)
            return;
        _sinceShown.Restart();
        var text = ProgressText.Of(report, progress, _tokensPerSecond);
        if (screen.IsTerminal && !last)
            screen.Live(text);
        else
            screen.Line(text);
    }

    public void Skipped(long step, double loss, double gradientNorm) => screen.Line(string.Create(
        CultureInfo.InvariantCulture,
        $"step {step} | SKIPPED: loss {loss}, gradient norm {gradientNorm}; it has changed nothing"));

    public void ExpertDied(long step, int layer, int expert) => screen.Line(
        $"step {step} | warning: expert {expert} of layer {layer} has had no token in the last "
        + $"{ExpertIdleness.DeadAfter} steps; a larger model.balance_loss in a new branch keeps experts alive");

    public void RolledBack(RollbackReport report) => screen.Line(
        $"step {report.FromStep} | ROLLED BACK to "
        + (report.ToStep == 0 ? "the initial weights" : $"step {report.ToStep}") + ": " + report.Found
        + (report.Sequences > 0 ? $"; {report.Sequences} sequences are passed over" : ""));

    public void Evaluated(HeldOutReport report) =>
        screen.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"step {report.Step} | held-out loss {report.Loss:F4} ({report.Sequences} sequences){BySource(report)}")
            + ProgressText.Of(report.Measures));

    private static string BySource(HeldOutReport report) => report.Sources.Count < 2 ? "" : string.Concat(
        report.Sources.Select(loss => string.Create(CultureInfo.InvariantCulture, $" | {loss.Source} {loss.Loss:F4}")));

    public void Scored(TaskScoresReport report) => screen.Line(ProgressText.Of(report));

    public void Saved(string checkpointPath, long step) => screen.Line($"step {step} | checkpoint {checkpointPath}");

    public void SaveFailed(string checkpointPath, long step, string failure) => screen.Line(
        $"step {step} | CHECKPOINT FAILED: {failure}; training goes on, and the next checkpoint is tried as usual");

    public void Branched(BranchResult result) => screen.Line(
        $"step {result.Step} | branch {result.Order.Name}{(result.Folder is null ? " FAILED" : "")}: {result.Told}");

    public void Pruned(RetentionReport report)
    {
        if (report.Deleted.Count > 0)
        {
            screen.Line("deleted, as checkpoint.keep says: "
                + string.Join(", ", report.Deleted.Select(checkpoint => $"step {checkpoint.Step}")));
        }
        foreach (var warning in report.Warnings)
            screen.Line($"warning: old checkpoints could not be deleted: {warning}");
    }

    public void Reported(AlignmentReport report)
    {
        foreach (var line in AlignmentReportText.Lines(report))
            screen.Line(line);
    }

    public void Ended(RunOutcome outcome) => screen.Line(outcome switch
    {
        RunOutcome.Stopped => $"stopped on request; continue with `minicpm resume {runFolder}`",
        RunOutcome.Suspended => $"time used up; continue with `minicpm resume {runFolder}`",
        RunOutcome.Interrupted when _step == 0 =>
            $"ended on a signal before the first step, of which nothing is to be saved; begin with `minicpm resume "
            + $"{runFolder}`",
        RunOutcome.Interrupted => $"saved and ended on a signal; continue with `minicpm resume {runFolder}`",
        RunOutcome.Exhausted => "finished: a source has run out whose `when_exhausted` is `stop`",
        _ => "finished",
    });
}
