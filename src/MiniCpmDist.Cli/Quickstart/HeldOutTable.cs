using System.Globalization;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Journal;

namespace MiniCpmDist.Cli.Quickstart;

/// <summary>Held-out losses of runs, one column for each source, in nats a token.</summary>
/// <param name="sources">The columns.</param>
internal sealed class HeldOutTable(IReadOnlyList<string> sources)
{
    private readonly List<string> _lines = [Line("", sources)];

    public IReadOnlyList<string> Lines => _lines;

    /// <summary>
    /// Reads what a run measured at a step. After a rollback a step is measured again: the last line counts.
    /// </summary>
    /// <param name="run">The run's folder.</param>
    /// <param name="step">Updates done before the evaluation.</param>
    /// <returns>The loss of each source in nats; empty where it was not measured.</returns>
    public static IReadOnlyDictionary<string, double> Losses(string run, long step) => RunLines
        .ReadMetrics(new RunFolder(run))
        .LastOrDefault(line => line.HeldOut?.Step == step).HeldOut?.Sources
        .ToDictionary(source => source.Source, source => source.Loss) ?? [];

    /// <summary>Adds a row of losses.</summary>
    public void Add(string name, IReadOnlyDictionary<string, double> losses) =>
        _lines.Add(Line(name, sources.Select(source => Figure(Of(losses, source)))));

    /// <summary>Adds a row with what one run has over another.</summary>
    public void AddGain(
        string name, IReadOnlyDictionary<string, double> worse, IReadOnlyDictionary<string, double> better) =>
        _lines.Add(Line(name, sources.Select(source => Figure(Of(worse, source) - Of(better, source)))));

    private static double? Of(IReadOnlyDictionary<string, double> losses, string source) =>
        losses.TryGetValue(source, out var loss) ? loss : null;

    private static string Figure(double? value) => value?.ToString("F4", CultureInfo.InvariantCulture) ?? "-";

    private static string Line(string name, IEnumerable<string> figures) =>
        $"    {name,-34} {string.Join(' ', figures.Select(figure => $"{figure,9}"))}";
}
