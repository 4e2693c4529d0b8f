using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Filtering;
using MiniCpmDist.Data.Corpus;

namespace MiniCpmDist.Data.Filtering;

/// <summary>What is filtered.</summary>
/// <param name="Corpus">Files, folders and patterns, as <see cref="CorpusFiles.Find"/> takes them.</param>
/// <param name="PipelinePath">The YAML file of the rules.</param>
/// <param name="OutputFolder">The folder to make; must not exist.</param>
public sealed record FilterOptions(IReadOnlyList<string> Corpus, string PipelinePath, string OutputFolder)
{
    /// <summary>Where JSON lines and Parquet files keep their texts.</summary>
    public FieldMap Fields { get; init; } = new();

    /// <summary>The share of broken lines, 0 to 1, that are set aside; null for the rule of
    /// <see cref="QuarantineLimit"/>.</summary>
    public double? MaxBroken { get; init; }

    /// <summary>Threads of this rank. It does not change the result.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Removed texts that the report has of each rule.</summary>
    public int Samples { get; init; } = 5;

    /// <summary>Bytes on disk of a work unit. It decides which part a text is in, and nothing else.</summary>
    internal long UnitBytes { get; init; } = WorkUnits.DefaultBytes;
}
