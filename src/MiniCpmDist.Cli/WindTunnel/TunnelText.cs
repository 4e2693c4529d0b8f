using System.Globalization;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Core.ScalingLaws;
using MiniCpmDist.Core.WindTunnel;

namespace MiniCpmDist.Cli.WindTunnel;

/// <summary>What experiments take and what they found, in lines.</summary>
internal static class TunnelText
{
    // The largest factor between the ends of an interval at which a ratio is still worth printing.
    private const double WidestRatio = 3;

    public static IEnumerable<string> Plan(IReadOnlyList<PlannedRun> plan)
    {
        yield return Row("run", "parameters", "tokens", "operations");
        foreach (var run in plan)
        {
            yield return Row(
                run.Name, Count(run.Options.Model.Shape.NonEmbeddingParameters), ProgressText.Tokens(run.Tokens),
                Scientific(run.Flops));
        }
        var cost = TunnelCost.Of(plan);
        yield return Invariant(
            $"{cost.Runs} runs, {ProgressText.Tokens(cost.Tokens)} tokens, {Scientific(cost.Flops)} operations");
        if (cost.SeparateTokens > cost.Tokens)
        {
            yield return Invariant(
                $"Without branches the same models would take {ProgressText.Tokens(cost.SeparateTokens)} tokens, ")
                + Invariant($"{(double)cost.SeparateTokens / cost.Tokens:F2} times as many.");
        }
    }

    /// <summary>The memory that an experiment takes.</summary>
    /// <param name="bytes">Of the runs that are trained beside each other.</param>
    public static string Memory(long bytes) => $"Memory: up to {SizeText.Of(bytes)}.";

    public static IEnumerable<string> Law(LossLawFit fit, IReadOnlyList<ScalingPoint> heldOut, double flops)
    {
        var law = fit.Law;
        yield return "L(N, D) = C_N N^-alpha + C_D D^-beta + L_0";
        yield return "N: 1e9 non-embedding parameters, D: 1e9 tokens, L: held-out loss in nats for each byte of text";
        yield return Invariant($"{fit.Points.Count} decayed runs; ")
            + Invariant($"90 % intervals in brackets, from {fit.Resampled.Count} bootstrap samples of the runs");
        yield return Value("C_N", one => one.SizeScale);
        yield return Value("alpha", one => one.SizeExponent);
        yield return Value("C_D", one => one.DataScale);
        yield return Value("beta", one => one.DataExponent);
        yield return Value("L_0", one => one.Irreducible);
        yield return Invariant($"relative error of the fit: {fit.RelativeError:P2}");
        yield return Ratio(fit, flops);
        if (heldOut.Count == 0)
            yield break;
        yield return "";
        yield return Row("held out", "predicted", "90 % interval", "measured", "error");
        foreach (var point in heldOut)
        {
            var predicted = law.Loss(point.Parameters, point.Tokens);
            var (low, high) = fit.IntervalOf(one => one.Loss(point.Parameters, point.Tokens));
            yield return Row(
                point.Run, Invariant($"{predicted:F4}"), Invariant($"{low:F4}-{high:F4}"),
                Invariant($"{point.Loss:F4}"), Invariant($"{predicted / point.Loss - 1:+0.00%;-0.00%}"));
        }

        string Value(string name, Func<LossLaw, double> value)
        {
            var (low, high) = fit.IntervalOf(value);
            return Invariant($"    {name,-6} {value(law),10:G4}   ({low:G4} to {high:G4})");
        }
    }

    /// <summary>
    /// What more training brings each size that has decays enough, and which model its last decay equals.
    /// </summary>
    public static IEnumerable<string> Sizes(LossLawFit fit)
    {
        foreach (var size in fit.Points.GroupBy(point => point.Parameters).OrderBy(size => size.Key))
        {
            var last = size.MaxBy(point => point.Tokens)!;
            var (low, high) = fit.IntervalOf(law => law.ChinchillaEquivalent(last.Loss));
            yield return $"{Count((long)size.Key)} parameters after {ProgressText.Tokens((long)last.Tokens)} tokens: "
                + (high / low <= WidestRatio
                    ? $"as good as {Count((long)fit.Law.ChinchillaEquivalent(last.Loss))} after 20 tokens for each"
                    : "the size that is as good after 20 tokens for each is not known");
            if (size.Select(point => point.Tokens).Distinct().Count() < ContinuedTraining.LeastPoints)
                continue;
            var course = ContinuedTraining.Of([.. size.Select(point => (point.Tokens, point.Loss))]);
            yield return Invariant(
                $"    over tokens, a power law with limit {course.Power.Limit:F4} (error {course.PowerError:P2}), ")
                + Invariant($"an exponential with limit {course.Exponential.Limit:F4} ({course.ExponentialError:P2}): ")
                + (course.PowerLawWins ? "the power law fits better" : "the exponential fits better");
        }
    }

    public static IEnumerable<string> Batch(BatchLawFit fit)
    {
        yield return Row("size", "loss", "batches", "cheapest batch");
        foreach (var contour in fit.Contours)
        {
            yield return Row(
                contour.Size, Invariant($"{contour.Loss:F3}"), $"{contour.Points.Count}",
                contour.Vertex is { } vertex ? Invariant($"{vertex:F0}") : $"rejected: {contour.Rejected}");
        }
        var (low, high) = fit.ExponentInterval;
        yield return Invariant(
            $"token batch = {fit.Scale:G4} / loss^{fit.Exponent:F2} (exponent {low:F2} to {high:F2} with 90 %)");
        yield return "in a recipe, for losses in nats a token of this tokenizer:";
        yield return $"    batch_law: {BatchLawValue(fit)}";
    }

    /// <summary>The fitted law as the value of <c>schedule.batch_law</c> in a run file.</summary>
    public static string BatchLawValue(BatchLawFit fit) =>
        Invariant($"{{ a: {fit.Scale:G4}, b: {fit.Exponent:F3} }}");

    /// <summary>Aligns a name to the left and what follows it to the right.</summary>
    public static string Row(string name, params string[] cells) =>
        $"{name,-32}{string.Concat(cells.Select(cell => $" {cell,16}"))}".TrimEnd();

    private static string Ratio(LossLawFit fit, double flops)
    {
        var (low, high) = fit.IntervalOf(law => law.TokensPerParameter(flops));
        return high / low <= WidestRatio
            ? Invariant($"tokens for each parameter at {Scientific(flops)} operations: ")
                + Invariant($"{fit.Law.TokensPerParameter(flops):F0} ({low:F0} to {high:F0})")
            : Invariant($"tokens for each parameter at {Scientific(flops)} operations: not known, the interval ")
                + Invariant($"{low:G3} to {high:G3} spans more than a factor of {WidestRatio:F0}");
    }

    private static string Count(long parameters) => ProgressText.Tokens(parameters);

    private static string Scientific(double value) => value.ToString("0.##e0", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
