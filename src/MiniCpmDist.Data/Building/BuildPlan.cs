using System.Text.Json;
using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Data.Corpus;
using MiniCpmDist.Data.Tokenization;

namespace MiniCpmDist.Data.Building;

/// <summary>What all ranks of a build know: rank 0 makes it and tells it to the others.</summary>
/// <param name="Fingerprint">The options that decide a unit's bytes, the tokenizer among them.</param>
/// <param name="TokenizerHash">SHA-256 of the tokenizer's model file.</param>
/// <param name="Files">The corpus in order.</param>
/// <param name="UnitBytes">The size that units are cut to.</param>
/// <param name="Done">Indices of the units that an earlier attempt has left.</param>
internal sealed record BuildPlan(
    string Fingerprint, string TokenizerHash, IReadOnlyList<SourceFile> Files, long UnitBytes, IReadOnlyList<int> Done)
{
    private const int UnitFormat = 2;    // 2: the held-out choice does not see white space

    /// <summary>The units of the corpus, in order.</summary>
    public IReadOnlyList<WorkUnit> Units() => WorkUnits.Cut(
        [.. Files.Select(file => (file.Bytes, CorpusFiles.IsSliceable(file.Path)))], UnitBytes);

    public static BuildPlan Make(DataBuildOptions options, IReadOnlyList<string> files, Tokenizer tokenizer)
    {
        var fingerprint = JsonSerializer.Serialize(new
        {
            UnitFormat,
            Tokenizer = tokenizer.Hash,
            options.Fields.Text,
            options.Fields.Input,
            options.Fields.Output,
            options.HeldOutFraction,
        });
        if (options.Bounds != TokenBounds.None)
            fingerprint += JsonSerializer.Serialize(options.Bounds);
        return new BuildPlan(fingerprint, tokenizer.Hash, [.. files.Select(SourceFile.Of)], options.UnitBytes, []);
    }

    public string Write() => JsonSerializer.Serialize(this);

    public static BuildPlan Read(string json) => JsonSerializer.Deserialize<BuildPlan>(json)!;
}
