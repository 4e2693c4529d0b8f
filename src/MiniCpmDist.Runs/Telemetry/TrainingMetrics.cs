using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Text;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Recovery;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Runs.Lineage;

namespace MiniCpmDist.Runs.Telemetry;

/// <summary>What rank 0 reports about the run: the loss first, then what training takes and how fast it is.</summary>
public sealed class TrainingMetrics : IStepObserver
{
    private static readonly double[] s_stepSeconds =
        [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100];

    private static readonly string[] s_phases = [.. Enum.GetNames<PhaseKind>().Select(name => name.ToLowerInvariant())];

    private readonly double _flopsOfToken;
    private readonly double? _peak;
    private readonly TimeProvider _time;
    private readonly Gauge<double> _loss;
    private readonly Gauge<double> _sourceLoss;
    private readonly Gauge<double> _measure;
    private readonly Gauge<double> _heldOut;
    private readonly Gauge<double> _heldOutMeasure;
    private readonly Gauge<double> _sourceHeldOut;
    private readonly Gauge<double> _score;
    private readonly Gauge<double> _scoreError;
    private readonly Gauge<long> _step;
    private readonly Gauge<long> _stepsPlanned;
    private readonly Gauge<long> _position;
    private readonly Gauge<long> _target;
    private readonly Counter<long> _tokens;
    private readonly Counter<long> _sourceTokens;
    private readonly Gauge<int> _phase;
    private readonly Gauge<double> _rate;
    private readonly Gauge<long> _batch;
    private readonly Gauge<double> _norm;
    private readonly Gauge<double> _tokensPerSecond;
    private readonly Gauge<double> _flops;
    private readonly Gauge<double> _utilization;
    private readonly Histogram<double> _seconds;
    private readonly Gauge<double> _stepTime;
    private readonly Gauge<double> _lag;
    private readonly Gauge<int> _ranks;
    private readonly Counter<long> _nonfinite;
    private readonly Counter<long> _skipped;
    private readonly Counter<long> _rollbacks;
    private readonly UpDownCounter<int> _branches;
    private readonly ExpertMetrics? _experts;

    /// <param name="meter">Of the run.</param>
    /// <param name="options">The run.</param>
    /// <param name="version">Of the program.</param>
    /// <param name="time">The clock.</param>
    public TrainingMetrics(Meter meter, RunOptions options, string version, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(meter);
        ArgumentNullException.ThrowIfNull(options);
        _flopsOfToken = options.Model.Shape.FlopsPerToken(options.Data.SequenceLength);
        (_peak, _time) = (options.Telemetry.PeakFlopsPerSecond, time);
        _loss = meter.CreateGauge<double>("minicpm.loss", null, "Mean loss of the step's tokens, in nats.");
        _sourceLoss = meter.CreateGauge<double>(
            "minicpm.source.loss", null, "Mean loss of the step's tokens that come from one source, in nats.");
        _measure = meter.CreateGauge<double>(
            "minicpm.measure", null,
            "What the last step measured besides its loss, as a mean: answer_loss for SFT; margin, accuracy, "
            + "chosen_reward, rejected_reward, chosen_tokens and rejected_tokens of a pair for DPO; balance_loss, "
            + "router_entropy and router_z_loss for experts.");
        _heldOut = meter.CreateGauge<double>(
            "minicpm.eval.loss", null, "Mean loss over the held-out tokens of all sources, in nats.");
        _heldOutMeasure = meter.CreateGauge<double>(
            "minicpm.eval.measure", null,
            "What SFT and DPO measure besides the loss, as a mean over the held-out conversations or pairs.");
        _sourceHeldOut = meter.CreateGauge<double>(
            "minicpm.source.eval.loss", null, "Mean loss over the held-out tokens of one source, in nats.");
        _score = meter.CreateGauge<double>(
            "minicpm.eval.score", null,
            "Share of a task's items that the model answers right, by one rule, from 0 to 1.");
        _scoreError = meter.CreateGauge<double>(
            "minicpm.eval.score.error", null, "Standard error of minicpm_eval_score over the items.");
        _step = meter.CreateGauge<long>("minicpm.step", null, "Updates done since the beginning of the run.");
        _stepsPlanned = meter.CreateGauge<long>(
            "minicpm.steps.planned", null, "Updates of the whole run as planned; 0 while the end of the run is open.");
        _position = meter.CreateGauge<long>(
            "minicpm.token.position", null, "Tokens that the run has consumed: its place on the token axis.");
        _target = meter.CreateGauge<long>(
            "minicpm.token.target", null, "Place on the token axis where the run ends; 0 while the end is open.");
        _tokens = meter.CreateCounter<long>("minicpm.tokens", null, "Tokens that this process has trained on.");
        _sourceTokens = meter.CreateCounter<long>(
            "minicpm.source.tokens", null, "Tokens that bore loss, by source, in this process.");
        _phase = meter.CreateGauge<int>(
            "minicpm.phase.info", null, "1 for the phase that the schedule is in, 0 for the other phases.");
        _rate = meter.CreateGauge<double>(
            "minicpm.learning.rate", null, "Learning rate of the embedding and the norms at the last step.");
        _batch = meter.CreateGauge<long>(
            "minicpm.batch.size.tokens", null, "Tokens of the last step, all ranks together.");
        _norm = meter.CreateGauge<double>(
            "minicpm.gradient.norm", null, "L2 norm of the last step's gradient before clipping.");
        _tokensPerSecond = meter.CreateGauge<double>(
            "minicpm.tokens.per.second", null, "Tokens a second during the last step, all ranks together.");
        _flops = meter.CreateGauge<double>(
            "minicpm.flops.per.second", null,
            "Floating-point operations of the model a second, forward and backward; recomputed ones are not counted.");
        _utilization = meter.CreateGauge<double>(
            "minicpm.mfu", "1",
            "Model FLOPs utilization: operations a second divided by the configured peak; absent without a peak.");
        _seconds = meter.CreateHistogram<double>(
            "minicpm.step.duration", "s", "Wall time of a step.",
            advice: new() { HistogramBucketBoundaries = s_stepSeconds });
        _stepTime = meter.CreateGauge<double>(
            "minicpm.last.step.timestamp", "s", "Unix time at which the last step ended.");
        _lag = meter.CreateGauge<double>(
            "minicpm.rank.arrival.lag", "s",
            "How much later than the first rank this rank began the last reduction.");
        _ranks = meter.CreateGauge<int>("minicpm.ranks.expected", null, "Number of ranks in the world.");
        _nonfinite = meter.CreateCounter<long>(
            "minicpm.nonfinite", null,
            "Skipped steps by the value that was not finite; loss and gradient norm may both count for one step.");
        _skipped = meter.CreateCounter<long>(
            "minicpm.skipped.steps", null,
            "Steps that were skipped because their loss or gradient norm was not finite.");
        _rollbacks = meter.CreateCounter<long>(
            "minicpm.rollbacks", null,
            "Returns to the newest checkpoint that the run has started by itself, by cause.");
        _branches = meter.CreateUpDownCounter<int>(
            "minicpm.branches", null, "Branches that this process has made or has failed to make, by state.");
        if (options.Model.Shape.Experts > 0)
            _experts = new ExpertMetrics(meter, options.Model.Shape);
        meter.CreateObservableGauge(
            "minicpm.run.info", () => Info(options, version), null,
            "Always 1; the labels name the run's parent, its configuration and the program's version.");
        if (_peak is { } peak)
        {
            meter.CreateObservableGauge(
                "minicpm.peak.flops.per.second", () => peak, null,
                "Peak floating-point operations a second of all ranks together, as configured.");
        }
        // From the start, so that the first one is an increase.
        foreach (var where in (string[])["loss", "gradient_norm"])
            _nonfinite.Add(0, Label("where", where));
        _skipped.Add(0);
        foreach (var cause in Enum.GetValues<RollbackCause>())
            _rollbacks.Add(0, Label("cause", RollbackCauseName.Of(cause)));
        foreach (var state in (string[])["made", "failed"])
            _branches.Add(0, Label("state", state));
    }

    public void Started(RunProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        _ranks.Record(progress.WorldSize);
        Place(progress);
    }

    public void Stepped(StepReport report, RunProgress progress)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(progress);
        _loss.Record(report.Loss);
        foreach (var source in report.Sources)
        {
            _sourceLoss.Record(source.Loss, Label("source", source.Source));
            _sourceTokens.Add(source.Tokens, Label("source", source.Source));
        }
        foreach (var measure in report.Measures)
            _measure.Record(measure.Value, Label("measure", measure.Name));
        Place(progress);
        _tokens.Add(report.TokenBatch);
        for (var phase = 0; phase < s_phases.Length; phase++)
            _phase.Record(phase == (int)report.Phase ? 1 : 0, Label("phase", s_phases[phase]));
        _rate.Record(report.LearningRate);
        _batch.Record(report.TokenBatch);
        _norm.Record(report.GradientNorm);
        Speed(report.TokenBatch / report.Seconds);
        _experts?.Stepped(report);
        _seconds.Record(report.Seconds);
        _stepTime.Record((_time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds);
    }

    public void Arrived(IReadOnlyList<double> secondsOfRanks)
    {
        ArgumentNullException.ThrowIfNull(secondsOfRanks);
        if (!_lag.Enabled)
            return;
        var first = secondsOfRanks.DefaultIfEmpty().Min();
        for (var rank = 0; rank < secondsOfRanks.Count; rank++)
            _lag.Record(secondsOfRanks[rank] - first, Label("rank", rank));
    }

    public void Evaluated(HeldOutReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        _heldOut.Record(report.Loss);
        foreach (var measure in report.Measures)
            _heldOutMeasure.Record(measure.Value, Label("measure", measure.Name));
        foreach (var source in report.Sources)
            _sourceHeldOut.Record(source.Loss, Label("source", source.Source));
    }

    public void Scored(TaskScoresReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        foreach (var score in report.Scores)
        {
            KeyValuePair<string, object?>[] labels =
            [
                Label("task", score.Task), Label("flavour", score.Flavour), Label("mode", score.Mode),
                Label("rule", score.Rule),
            ];
            _score.Record(score.Score, labels);
            _scoreError.Record(score.Error, labels);
        }
    }

    public void Diverged(long step, double loss, double gradientNorm)
    {
        _loss.Record(loss);
        _norm.Record(gradientNorm);
    }

    public void Skipped(long step, double loss, double gradientNorm)
    {
        _skipped.Add(1);
        if (!double.IsFinite(loss))
            _nonfinite.Add(1, Label("where", "loss"));
        if (!double.IsFinite(gradientNorm))
            _nonfinite.Add(1, Label("where", "gradient_norm"));
    }

    public void RolledBack(RollbackReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        _rollbacks.Add(1, Label("cause", RollbackCauseName.Of(report.Cause)));
    }

    public void Branched(BranchResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        _branches.Add(1, Label("state", result.Folder is null ? "failed" : "made"));
    }

    private void Place(RunProgress progress)
    {
        _step.Record(progress.Step);
        _stepsPlanned.Record(progress.TotalSteps);
        _position.Record(progress.Tokens);
        _target.Record(progress.TotalTokens);
    }

    private void Speed(double tokensPerSecond)
    {
        _tokensPerSecond.Record(tokensPerSecond);
        _flops.Record(tokensPerSecond * _flopsOfToken);
        if (_peak is { } peak)
            _utilization.Record(tokensPerSecond * _flopsOfToken / peak);
    }

    private static Measurement<int> Info(RunOptions options, string version) => new(
        1,
        Label("parent", options.Parent is { } parent ? Path.GetFileName(parent.Run) : ""),
        Label("parent_step", options.Parent?.Step.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? ""),
        Label("config_hash", HashOf(RunFile.Write(options))),
        Label("version", version));

    private static string HashOf(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];

    private static KeyValuePair<string, object?> Label(string key, object value) => new(key, value);
}
