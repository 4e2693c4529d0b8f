using MiniCpmDist.Core.Alignment;
using MiniCpmDist.Core.ScalingLaws;

namespace MiniCpmDist.Runs.WindTunnel;

/// <summary>What laws are fitted to, out of runs.</summary>
public static class TunnelPoints
{
    // The share of a run over which its loss is smoothed.
    private const double Smoothing = 0.02;

    /// <summary>The ends of decays, with the held-out loss in nats for each byte.</summary>
    public static IReadOnlyList<ScalingPoint> Decays(IEnumerable<MeasuredRun> runs) =>
    [
        .. runs.Where(run => WhyNoDecay(run) is null)
            .Select(run => new ScalingPoint(
                run.Name, run.Options.Model.Shape.NonEmbeddingParameters, run.Tokens, run.LossPerByte!.Value)),
    ];

    /// <summary>Why a run is no point of a law; null where it is one.</summary>
    public static string? WhyNoDecay(MeasuredRun run) =>
        run.Options.Alignment.Method != AlignmentMethod.None ? "its loss is over answers only"
        : !run.IsDecayed ? "it has not come to the end of a decay"
        : run.LossPerByte is null ? "it has no held-out loss"
        : null;

    /// <summary>
    /// Training losses over tokens of runs at a constant learning rate, smoothed exponentially over 2 % of the run.
    /// Losses in mid-decay would mix phases of the schedule.
    /// </summary>
    public static IReadOnlyList<BatchCurve> Batches(IEnumerable<MeasuredRun> runs) =>
    [
        .. runs.Where(run => run.IsFinished && run.Options.Alignment.Method == AlignmentMethod.None
                && run.Options.Schedule.Decay == 0 && run.Steps.Count > 0)
            .Select(run => new BatchCurve(
                SizeOf(run), run.Options.Schedule.TokenBatch,
                [.. Smoothed(run)])),
    ];

    /// <summary>The size of a run, as <see cref="Batches"/> names it.</summary>
    public static string SizeOf(MeasuredRun run) => $"{run.Options.Model.Shape.NonEmbeddingParameters} parameters";

    private static IEnumerable<(double Tokens, double Loss)> Smoothed(MeasuredRun run)
    {
        var over = Math.Max(1, Smoothing * run.Tokens);
        var (mean, weight) = (0.0, 0.0);
        foreach (var step in run.Steps)
        {
            // The weighted mean of the losses so far: unlike an average that starts with the first loss, it does not
            // remember the beginning for longer than it should.
            var keep = Math.Exp(-step.TokenBatch / over);
            (mean, weight) = (keep * mean + (1 - keep) * step.Loss, keep * weight + (1 - keep));
            yield return (step.Tokens, mean / weight);
        }
    }
}
