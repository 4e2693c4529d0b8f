using System.Globalization;
using System.Text.Json;
using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Filtering;
using MiniCpmDist.Data.Building;
using MiniCpmDist.Data.Corpus;

namespace MiniCpmDist.Data.Filtering;

/// <summary>What all ranks know: rank 0 makes it and tells it to the others.</summary>
/// <param name="Fingerprint">The options that decide a part's bytes.</param>
/// <param name="Pipeline">The text of the pipeline's file.</param>
/// <param name="Files">The corpus in order.</param>
/// <param name="UnitBytes">The size that units are cut to.</param>
/// <param name="Done">Indices of the units that an earlier attempt has left.</param>
internal sealed record FilterPlan(
    string Fingerprint, string Pipeline, IReadOnlyList<SourceFile> Files, long UnitBytes, IReadOnlyList<int> Done)
{
    public const string SummarySuffix = ".summary";
    private const int Format = 1;

    /// <summary>Whether a file of that name says that a unit is done.</summary>
    public static bool IsSummary(string name) => name.EndsWith(SummarySuffix, StringComparison.Ordinal);

    public static string PartName(int unit) =>
        string.Create(CultureInfo.InvariantCulture, $"part-{unit:D6}.jsonl.zst");

    public IReadOnlyList<WorkUnit> Units() => WorkUnits.Cut(
        [.. Files.Select(file => (file.Bytes, CorpusFiles.IsSliceable(file.Path)))], UnitBytes);

    public static FilterPlan Make(FilterOptions options, IReadOnlyList<string> files, FilterPipeline pipeline)
    {
        var fingerprint = JsonSerializer.Serialize(new
        {
            Format,
            Pipeline = pipeline.Text,
            options.Fields.Text,
            options.Fields.Input,
            options.Fields.Output,
            options.Samples,
        });
        return new FilterPlan(fingerprint, pipeline.Text, [.. files.Select(SourceFile.Of)], options.UnitBytes, []);
    }

    public string Write() => JsonSerializer.Serialize(this);

    public static FilterPlan Read(string json) => JsonSerializer.Deserialize<FilterPlan>(json)!;
}
