
namespace MiniCpmDist.Data.Deduplication;

/// <summary>Names of the files beside the texts that are left. `data build` takes them for no texts.</summary>
public static class DedupFiles
{
    /// <summary>What was removed and why.</summary>
    public const string Removed = "removed.ndjson.gz";

    /// <summary>Lines of the corpus that gave no text.</summary>
    public const string Quarantine = "quarantine.ndjson";

    /// <summary>The report: totals, and then a cluster a line.</summary>
    public const string Report = "report.ndjson";
}
