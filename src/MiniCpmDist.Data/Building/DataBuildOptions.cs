using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Data.Corpus;

namespace MiniCpmDist.Data.Building;

/// <summary>What a data folder is made of.</summary>
/// <param name="Corpus">Files, folders and patterns, as <see cref="CorpusFiles.Find"/> takes them.</param>
/// <param name="TokenizerPath">A SentencePiece <c>.model</c> file.</param>
/// <param name="OutputFolder">The folder to make; must not exist.</param>
public sealed record DataBuildOptions(IReadOnlyList<string> Corpus, string TokenizerPath, string OutputFolder)
{
    /// <summary>What a mixture calls this source; null for the base name of the folder.</summary>
    public string? Name { get; init; }

    /// <summary>Positions of a sequence.</summary>
    public int SequenceLength { get; init; } = 4096;

    /// <summary>How documents fill sequences.</summary>
    public Packing Packing { get; init; } = Packing.Isolate;

    /// <summary>Where JSON lines keep their texts.</summary>
    public FieldMap Fields { get; init; } = new();

    /// <summary>The share of documents, at most 0.5, that is kept from training; 0 for none.</summary>
    public double HeldOutFraction { get; init; } = 0.02;

    /// <summary>The share of broken lines, 0 to 1, that are set aside; null for the rule of
    /// <see cref="QuarantineLimit"/>.</summary>
    public double? MaxBroken { get; init; }

    /// <summary>The documents that are kept, by their length.</summary>
    public TokenBounds Bounds { get; init; } = TokenBounds.None;

    /// <summary>Threads of this rank that tokenize. It does not change the result.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// The folder is a part that is appended to another: it may hold nothing out, and has a sequence to train on.
    /// </summary>
    internal bool IsAppended { get; init; }

    /// <summary>Bytes on disk of a work unit. It does not change the result.</summary>
    internal long UnitBytes { get; init; } = WorkUnits.DefaultBytes;
}
