using System.Globalization;
using System.Text.Json;
using MiniCpmDist.Core.WindTunnel;

namespace MiniCpmDist.Cli.WindTunnel;

/// <summary>What an ablation has found, in lines.</summary>
internal static class AblationText
{
    /// <summary>The name under which a run is asked tasks.</summary>
    public static string Asked(string run) => $"{run}-tasks";

    /// <summary>The scores by task that an evaluation has printed as JSON, by the rule that each task itself reports;
    /// empty where there is no such output.</summary>
    /// <param name="log">The file that has what it printed.</param>
    public static IReadOnlyDictionary<string, double> Scores(string log)
    {
        var scores = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var line in File.Exists(log) ? File.ReadLines(log).Where(line => line.StartsWith('{')) : [])
        {
            try
            {
                using var json = JsonDocument.Parse(line);
                var read = json.RootElement;
                if (read.TryGetProperty("is_own_rule", out var isOwn) && isOwn.ValueKind == JsonValueKind.True
                    && read.TryGetProperty("task", out var task) && read.TryGetProperty("score", out var score)
                    && score.ValueKind == JsonValueKind.Number)
                    scores.TryAdd(task.GetString() ?? "", score.GetDouble());
            }
            catch (JsonException)
            {
                // Another line of the output.
            }
        }
        return scores;
    }

    /// <param name="options">The design.</param>
    /// <param name="name">The first part of the runs' names.</param>
    /// <param name="measures">Names of what was measured, and the value of a run by its name; null where it has
    /// none.</param>
    public static IEnumerable<string> Lines(
        AblationOptions options, string name, IReadOnlyList<(string Name, Func<string, double?> Of)> measures)
    {
        foreach (var (measure, of) in measures)
        {
            var cells = Ablation.Decays.Select(decay => options.Epochs.Select(epochs => Enumerable
                .Range(1, options.Seeds)
                .Select(seed => of(Ablation.Tuned(name, decay, epochs, seed)) ?? double.NaN)
                .ToList()).ToList()).ToList();
            yield return "";
            yield return TunnelText.Row(
                measure, [.. options.Epochs.Select(epochs => Invariant($"{epochs:R} epoch(s)"))]);
            foreach (var (level, decay) in Ablation.Decays.Index())
            {
                yield return TunnelText.Row(
                    level == 0 ? "    decay on the trunk's data" : "    decay on the mixture",
                    [.. cells[level].Select(Cell)]);
            }
            if (cells.Any(row => row.Any(cell => cell.Exists(double.IsNaN))))
            {
                yield return "    some runs have no such number, so nothing is said of effects";
                continue;
            }
            var effects = TwoFactorEffects.Of(cells);
            yield return Line("the mixture in the decay", effects.First);
            yield return Line("the longer fine-tuning", effects.Second);
            yield return Line("how far one changes the other", effects.Interaction);
        }

        static string Cell(List<double> values) => values.Count == 1
            ? Invariant($"{values[0]:F4}")
            : Invariant($"{values.Average():F4} ({values.Min():F3}-{values.Max():F3})");
    }

    private static string Line(string what, Effect effect) => effect.Error is not { } error
        ? Invariant($"    {what}: {effect.Value:+0.0000;-0.0000}; one seed does not tell whether that is an effect")
        : Invariant($"    {what}: {effect.Value:+0.0000;-0.0000} +- {error:F4}")
            + (effect.IsClear ? "" : ": none, it is not larger than twice its standard error");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
