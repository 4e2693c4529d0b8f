using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Deduplication;
using MiniCpmDist.Data.Corpus;

namespace MiniCpmDist.Data.Deduplication;

/// <summary>What is removed from a corpus.</summary>
/// <param name="Corpus">Files, folders and patterns, as <see cref="CorpusFiles.Find"/> takes them. Their order does not
/// matter.</param>
/// <param name="OutputFolder">The folder to make; must not exist.</param>
public sealed record DedupOptions(IReadOnlyList<string> Corpus, string OutputFolder)
{
    /// <summary>Whether equal texts are removed.</summary>
    public bool Exact { get; init; } = true;

    /// <summary>Whether texts that are nearly equal are removed.</summary>
    public bool Near { get; init; } = true;

    /// <summary>Stretches of so many words that occur elsewhere too are cut out; 0 for none.</summary>
    public int Substrings { get; init; }

    /// <summary>Evaluation sets: texts that share an n-gram with one of them are removed.</summary>
    public IReadOnlyList<string> Against { get; init; } = [];

    /// <summary>Words of such an n-gram.</summary>
    public int Ngram { get; init; } = 13;

    /// <summary>Words of a shingle.</summary>
    public int Shingle { get; init; } = 5;

    /// <summary>Numbers of a MinHash signature.</summary>
    public int Permutations { get; init; } = 128;

    /// <summary>Bands that a signature is cut into; null for those of <see cref="LshBands.For"/>.</summary>
    public int? Bands { get; init; }

    /// <summary>The Jaccard similarity of shingles from which on two texts are nearly equal.</summary>
    public double Threshold { get; init; } = 0.8;

    /// <summary>Where JSON lines keep their texts.</summary>
    public FieldMap Fields { get; init; } = new();

    /// <summary>The share of broken lines, 0 to 1, that are set aside; null for the rule of
    /// <see cref="QuarantineLimit"/>.</summary>
    public double? MaxBroken { get; init; }

    /// <summary>Threads of this rank. It does not change the result.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Bytes on disk of a work unit. It changes where one file of the result ends and the next begins, and
    /// nothing else.</summary>
    internal long UnitBytes { get; init; } = WorkUnits.DefaultBytes;

    /// <summary>Records that a thread has in memory.</summary>
    internal int SpillRecords { get; init; } = 1 << 20;

    /// <summary>How signatures are cut.</summary>
    internal LshBands Cut =>
        Bands is { } bands ? new LshBands(bands, Permutations / bands) : LshBands.For(Permutations, Threshold);
}
