using System.Globalization;
using MiniCpmDist.Core.Corpus;

namespace MiniCpmDist.Data.Building;

/// <summary>Names of a unit's three files, and whether it is done.</summary>
internal sealed record UnitFiles(string Folder, WorkUnit Unit)
{
    private const string SummarySuffix = ".json";

    /// <summary>The documents: <see cref="UnitDocument"/> and its ids, one after the other.</summary>
    public string Data => Name(".documents");

    /// <summary>Lines without a text; their numbers count from the beginning of the unit's span.</summary>
    public string Quarantine => Name(".quarantine");

    public string Summary => Name(SummarySuffix);

    /// <summary>True where any unit in the folder is done.</summary>
    public static bool AnyIn(string folder) =>
        Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*" + SummarySuffix).Any();

    /// <summary>The summary, if this very unit is done, from the same files, cut and options.</summary>
    public UnitSummary? ReadIfDone(BuildPlan plan)
    {
        var summary = UnitSummary.TryRead(Summary);
        var isDone = summary is not null
            && summary.Fingerprint == plan.Fingerprint
            && summary.Spans.Select(span => (span.File, span.Start, span.End))
                .SequenceEqual(Unit.Spans.Select(span => (plan.Files[span.File], span.Start, span.End)))
            && new FileInfo(Data) is { Exists: true } data && data.Length == summary.DataBytes
            && File.Exists(Quarantine);
        return isDone ? summary : null;
    }

    /// <summary>Removes everything that is no file of a unit of <paramref name="done"/>.</summary>
    public static void RemoveOthers(string folder, IEnumerable<UnitFiles> done)
    {
        var kept = done.SelectMany(unit => (string[])[unit.Data, unit.Quarantine, unit.Summary]).ToHashSet();
        foreach (var file in Directory.EnumerateFiles(folder).Where(file => !kept.Contains(file)).ToList())
            File.Delete(file);
    }

    private string Name(string suffix) =>
        Path.Combine(Folder, Unit.Index.ToString("D6", CultureInfo.InvariantCulture) + suffix);
}
