namespace MiniCpmDist.Engine.Data;

/// <summary>What a data folder is made of.</summary>
/// <param name="Corpus">Files, folders and patterns, as <see cref="CorpusFiles.Find"/> takes them.</param>
/// <param name="TokenizerPath">A SentencePiece <c>.model</c> file.</param>
/// <param name="OutputFolder">The folder to make; must not exist.</param>
public sealed record DataBuildOptions(IReadOnlyList<string> Corpus, string TokenizerPath, string OutputFolder)
{
    /// <summary>The share of documents, 0 to 0.5, that is kept from training.</summary>
    public double HeldOutFraction { get; init; } = 0.02;

    /// <summary>Threads that tokenize. It does not change the result.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;
}
