using MiniCpmDist.Core.DataOrder;

namespace MiniCpmDist.Data.TokenFolders;

/// <summary>
/// Everything that a run reads: its sources, in the order of its file, and the order of their sequences.
/// </summary>
public sealed class RunData(ulong seed, IReadOnlyList<SourceData> sources) : IDisposable
{
    private MixtureOrder? _order;

    /// <summary>The sources; there is at least one.</summary>
    public IReadOnlyList<SourceData> Sources { get; } = sources;

    /// <summary>When the run reads the parts of each source; at first those of a run that has read nothing.</summary>
    public IReadOnlyList<IReadOnlyList<SourcePart>> Parts { get; private set; } =
        [.. sources.Select(source => SourceParts.Of(source.Train.PartSequences))];

    /// <summary>Decides which sequence comes next.</summary>
    public MixtureOrder Order => _order ??= new MixtureOrder(
        seed,
        [.. Sources.Select((source, i) => new OrderedSource(source.Name, Parts[i], source.Options.WhenExhausted))]);

    /// <summary>Tokens in a sequence, of all sources.</summary>
    public int SequenceLength => Sources[0].Train.SequenceLength;

    /// <summary>The tokenizer of all sources.</summary>
    public string TokenizerPath => Sources[0].Train.TokenizerPath;

    /// <summary>Pieces of that tokenizer; a model may have more rows.</summary>
    public int PieceCount => Sources[0].Train.VocabularySize;

    /// <summary>SHA-256 of that tokenizer's model file, lower-case hex.</summary>
    public string TokenizerHash => Sources[0].Train.TokenizerHash;

    /// <summary>Reads the parts of the sources from where a run that goes on reads them. Nothing may be read
    /// meanwhile.</summary>
    public void TakeUp(IReadOnlyList<IReadOnlyList<SourcePart>> parts) => (Parts, _order) = (parts, null);

    public void Dispose()
    {
        foreach (var source in Sources)
            source.Dispose();
    }
}
