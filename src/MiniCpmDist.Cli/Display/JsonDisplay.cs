using System.Globalization;
using MiniCpmDist.Core.Alignment;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Planning;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Recovery;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Journal;
using MiniCpmDist.Runs.Lineage;
using MiniCpmDist.Runs.Telemetry;

namespace MiniCpmDist.Cli.Display;

/// <summary>
/// Reports a run as lines of JSON, for whatever collects a machine's logs: every line has time, level, run, rank, step
/// and event, and what the event is about. Steps are reported at most once in a while: all of them are in the run's
/// metrics.
/// </summary>
internal sealed class JsonDisplay(TextWriter output, string run, TimeProvider time) : IStepObserver
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(15);
    private long _step;
    private long? _toldAt;

    public void Started(RunProgress progress)
    {
        _step = progress.Step;
        Tell(
            "started", ("attempt", progress.Attempt), ("tokens", progress.Tokens), ("total_steps", progress.TotalSteps),
            ("total_tokens", progress.TotalTokens), ("world_size", progress.WorldSize));
    }

    public void Moved(IReadOnlyList<string> differences) => Warn("environment-changed", ("differences", differences));

    public void Reconfigured(IReadOnlyList<ConfigurationChange> changes)
    {
        foreach (var change in changes)
        {
            Tell(
                "configuration-changed", ("key", change.Key), ("before", change.Before), ("after", change.After));
        }
    }

    public void PassedOver(IReadOnlyList<Problem> problems)
    {
        foreach (var problem in problems)
            Warn("checkpoint-passed-over", ("fault", problem.ToString()));
    }

    public void FoundUnusedRows(UnusedRows rows) => Warn(
        "unused-rows", ("rows", rows.Rows), ("all_rows", rows.AllRows), ("parameters", rows.Parameters),
        ("all_parameters", rows.AllParameters), ("work", rows.Work));

    public void DecisionsLost(IReadOnlyList<Problem> problems)
    {
        foreach (var problem in problems)
            Warn("journal-damaged", ("fault", problem.ToString()));
    }

    public void Imported(ImportedWeights weights, long warmupTokens) =>
        Tell("weights-imported", ("from", weights.Folder), ("types", weights.Types), ("warmup_tokens", warmupTokens));

    public void Stepped(StepReport report, RunProgress progress)
    {
        _step = report.Step;
        var last = progress.TotalSteps > 0 && report.Tokens >= progress.TotalTokens;
        if (_toldAt is { } told && time.GetElapsedTime(told) < s_interval && !last)
            return;
        _toldAt = time.GetTimestamp();
        Tell(
            "step", ("tokens", report.Tokens), ("loss", report.Loss), ("learning_rate", report.LearningRate),
            ("token_batch", report.TokenBatch), ("gradient_norm", report.GradientNorm), ("seconds", report.Seconds),
            ("phase", report.Phase.ToString().ToLowerInvariant()), ("attempt", report.Attempt));
    }

    public void Skipped(long step, double loss, double gradientNorm) => Warn(
        "step-skipped", ("skipped_step", step), ("loss", Text(loss)), ("gradient_norm", Text(gradientNorm)));

    public void ExpertDied(long step, int layer, int expert) => Warn(
        "dead-expert", ("at_step", step), ("layer", layer), ("expert", expert),
        ("idle_steps", ExpertIdleness.DeadAfter));

    public void RolledBack(RollbackReport report) => Warn(
        "rolled-back", ("cause", RollbackCauseName.Of(report.Cause)), ("found", report.Found),
        ("from_step", report.FromStep), ("to_step", report.ToStep), ("sequences", report.Sequences));

    public void Diverged(long step, double loss, double gradientNorm) => Write(
        "error", "diverged", ("loss", Text(loss)), ("gradient_norm", Text(gradientNorm)));

    public void Evaluated(HeldOutReport report) => Tell(
        "held-out", ("loss", report.Loss), ("sequences", report.Sequences),
        ("sources", report.Sources.ToDictionary(source => source.Source, source => source.Loss)));

    public void Scored(TaskScoresReport report)
    {
        if (report.Scores.Count == 0)
            Warn("scores-not-finite");
        foreach (var score in report.Scores)
        {
            Tell(
                "score", ("task", score.Task), ("flavour", score.Flavour), ("mode", score.Mode), ("rule", score.Rule),
                ("own_rule", score.IsOwn), ("score", score.Score), ("error", score.Error), ("items", score.Items));
        }
    }

    public void Saved(string checkpointPath, long step) =>
        Tell("checkpoint", ("path", checkpointPath), ("checkpoint_step", step));

    public void SaveFailed(string checkpointPath, long step, string failure) => Write(
        "error", "checkpoint-failed", ("path", checkpointPath), ("checkpoint_step", step), ("failure", failure));

    public void Branched(BranchResult result) => Write(
        result.Folder is null ? "error" : "info", result.Folder is null ? "branch-failed" : "branched",
        ("branch", result.Order.Name), ("checkpoint_step", result.Step), ("told", result.Told));

    public void Pruned(RetentionReport report)
    {
        if (report.Deleted.Count > 0)
            Tell("checkpoints-deleted", ("steps", report.Deleted.Select(checkpoint => checkpoint.Step)));
        foreach (var warning in report.Warnings)
            Warn("checkpoints-not-deleted", ("warning", warning));
    }

    public void Reported(AlignmentReport report) => Tell(
        "alignment-report", ("pairs", report.Pairs), ("kl_per_token", report.KlPerToken),
        ("tokens_before", report.Reference.Tokens), ("tokens_after", report.Policy.Tokens), ("text", report.Text));

    public void Ended(RunOutcome outcome) => Tell("ended", ("outcome", outcome.ToString().ToLowerInvariant()));

    private void Tell(string happened, params (string Key, object? Value)[] details) =>
        Write("info", happened, details);

    private void Warn(string happened, params (string Key, object? Value)[] details) =>
        Write("warning", happened, details);

    private void Write(string level, string happened, params (string Key, object? Value)[] details)
    {
        var line = new Dictionary<string, object?>
        {
            ["time"] = time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture),
            ["level"] = level,
            ["run"] = run,
            ["rank"] = 0,
            ["step"] = _step,
            ["event"] = happened,
        };
        foreach (var (key, value) in details)
            line.Add(key, value);
        DisplayOutput.Line(output, JsonLine.Of(line));
    }

    /// <summary>JSON has no word for a number that is not finite.</summary>
    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
