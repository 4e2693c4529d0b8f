using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Data.Corpus;

namespace MiniCpmDist.Data.Building;

/// <summary>What is appended to a data folder. Everything else is as the folder was built.</summary>
/// <param name="Folder">Made by <c>minicpm data build</c>.</param>
/// <param name="Corpus">Files, folders and patterns, as <see cref="CorpusFiles.Find"/> takes them.</param>
public sealed record DataAppendOptions(string Folder, IReadOnlyList<string> Corpus)
{
    /// <summary>Where JSON lines keep their texts.</summary>
    public FieldMap Fields { get; init; } = new();

    /// <summary>As in <see cref="DataBuildOptions"/>.</summary>
    public double? MaxBroken { get; init; }

    /// <summary>The documents that are kept, by their length.</summary>
    public TokenBounds Bounds { get; init; } = TokenBounds.None;

    /// <summary>Threads of this rank that tokenize. It does not change the result.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Bytes on disk of a work unit. It does not change the result.</summary>
    internal long UnitBytes { get; init; } = WorkUnits.DefaultBytes;
}
