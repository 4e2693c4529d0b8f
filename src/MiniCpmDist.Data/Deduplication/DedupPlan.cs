using System.Text.Json;
using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Data.Building;
using MiniCpmDist.Data.Corpus;

namespace MiniCpmDist.Data.Deduplication;

/// <summary>
/// What all ranks know: rank 0 makes it and tells it to the others. What an earlier attempt has left counts where its
/// plan was the same.
/// </summary>
/// <param name="Fingerprint">The options that decide the result.</param>
/// <param name="Files">The corpus by path, so that the order on the command line does not matter.</param>
/// <param name="Against">The files of the evaluation sets.</param>
/// <param name="UnitBytes">The size that units are cut to.</param>
internal sealed record DedupPlan(
    string Fingerprint, IReadOnlyList<SourceFile> Files, IReadOnlyList<SourceFile> Against, long UnitBytes)
{
    private const int Format = 1;

    public static DedupPlan Make(DedupOptions options, IReadOnlyList<string> files, IReadOnlyList<string> against)
    {
        var fingerprint = JsonSerializer.Serialize(new
        {
            Format,
            options.Exact,
            options.Near,
            options.Substrings,
            options.Ngram,
            options.Shingle,
            options.Permutations,
            options.Cut.Bands,
            options.Threshold,
            options.Fields.Text,
            options.Fields.Input,
            options.Fields.Output,
        });
        return new DedupPlan(fingerprint, ByPath(files), ByPath(against), options.UnitBytes);
    }

    /// <summary>The units of the corpus, in order.</summary>
    public IReadOnlyList<WorkUnit> Units() => WorkUnits.Cut(
        [.. Files.Select(file => (file.Bytes, CorpusFiles.IsSliceable(file.Path)))], UnitBytes);

    public string Write() => JsonSerializer.Serialize(this);

    public static DedupPlan Read(string json) => JsonSerializer.Deserialize<DedupPlan>(json)!;

    private static List<SourceFile> ByPath(IEnumerable<string> files) =>
        [.. files.Order(StringComparer.Ordinal).Select(SourceFile.Of)];
}
