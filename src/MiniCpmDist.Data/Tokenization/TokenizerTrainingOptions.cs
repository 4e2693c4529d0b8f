using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Data.Corpus;

namespace MiniCpmDist.Data.Tokenization;

/// <summary>What a tokenizer is made of.</summary>
/// <param name="Corpus">Files, folders and patterns, as <see cref="CorpusFiles.Find"/> takes them.</param>
/// <param name="ModelPath">The <c>.model</c> file to write; must not exist.</param>
public sealed record TokenizerTrainingOptions(IReadOnlyList<string> Corpus, string ModelPath)
{
    /// <summary>Pieces in all, special ones and 256 bytes included.</summary>
    public int Pieces { get; init; } = 4096;

    /// <summary>A byte-pair model that gets more pieces; null for a model of its own.</summary>
    public string? Extends { get; init; }

    /// <summary>The most text that the model learns from, drawn evenly from the whole corpus.</summary>
    public long SampleBytes { get; init; } = 32 << 20;

    /// <summary>Under which names JSON lines keep their texts.</summary>
    public FieldMap Fields { get; init; } = new();

    /// <summary>The share of broken lines, 0 to 1, that are set aside; null for the rule of
    /// <see cref="QuarantineLimit"/>.</summary>
    public double? MaxBroken { get; init; }

    /// <summary>Decides which documents are drawn.</summary>
    public ulong Seed { get; init; } = 1;
}
