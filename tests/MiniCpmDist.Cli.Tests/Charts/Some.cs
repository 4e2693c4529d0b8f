using MiniCpmDist.Cli.Charts;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Cli.Tests.Charts;

/// <summary>
/// Runs as the quickstart makes them: 2,048 tokens a step, 20 steps of warmup, and a decay off step 400.
/// </summary>
internal static class Some
{
    public const long TokenBatch = 2048;

    public static LossSeries Trunk(int steps = 480, string name = "first") => new(
        name,
        [.. Enumerable.Range(1, steps).Select(step => new LossPoint(step * TokenBatch, Noisy(step, StableLoss(step))))],
        [.. Enumerable.Range(1, steps / 100)
            .Select(number => new LossPoint(100 * number * TokenBatch, StableLoss(100 * number)))],
        steps <= 20
            ? [new PhaseSpan(PhaseKind.Warmup, 0, steps * TokenBatch)]
            : [
                new PhaseSpan(PhaseKind.Warmup, 0, 20 * TokenBatch),
                new PhaseSpan(PhaseKind.Stable, 20 * TokenBatch, steps * TokenBatch)
            ]);

    public static LossSeries Decay(string name = "first-decay") => new(
        name,
        [.. Enumerable.Range(401, 80)
            .Select(step => new LossPoint(step * TokenBatch, Noisy(step + 1000, DecayLoss(step))))],
        [new LossPoint(480 * TokenBatch, DecayLoss(480))],
        [new PhaseSpan(PhaseKind.Decay, 400 * TokenBatch, 480 * TokenBatch)]);

    public static LossSeries Of(params (long Tokens, double Loss)[] points) =>
        new("some", [.. points.Select(point => new LossPoint(point.Tokens, point.Loss))], [], []);

    public static double StableLoss(int step) => 4.2 + 4.1 * Math.Exp(-step / 60.0);

    private static double DecayLoss(int step) => StableLoss(step) - 0.25 * (step - 400) / 80;

    // Noise that needs no generator: a golden-ratio sequence, even over -0.1 to 0.1.
    private static double Noisy(int step, double loss) => loss + 0.2 * (step * 0.6180339887498949 % 1 - 0.5);
}
