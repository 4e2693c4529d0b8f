using MiniCpmDist.Core.DataOrder;

namespace MiniCpmDist.Data.TokenFolders;

/// <summary>
/// Everything that a run reads: its sources, in the order of its file, and the order of their sequences.
/// </summary>
public sealed class RunData(ulong seed, IReadOnlyList<SourceData> sources) : IDisposable
{
    /// <summary>The sources; there is at least one.</summary>
    public IReadOnlyList<SourceData> Sources { get; } = sources;

    /// <summary>Decides which sequence comes next.</summary>
    public MixtureOrder Order { get; } = new(
        seed,
        [
            .. sources.Select(source => new OrderedSource(
                source.Name, source.Train.SequenceCount, source.Options.WhenExhausted)),
        ]);

    /// <summary>Tokens in a sequence, of all sources.</summary>
    public int SequenceLength => Sources[0].Train.SequenceLength;

    /// <summary>The tokenizer of all sources.</summary>
    public string TokenizerPath => Sources[0].Train.TokenizerPath;

    /// <summary>Pieces of that tokenizer; a model may have more rows.</summary>
    public int PieceCount => Sources[0].Train.VocabularySize;

    /// <summary>SHA-256 of that tokenizer's model file, lower-case hex.</summary>
    public string TokenizerHash => Sources[0].Train.TokenizerHash;

    public void Dispose()
    {
        foreach (var source in Sources)
            source.Dispose();
    }
}
