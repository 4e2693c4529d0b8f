using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Data.Tokenization;

/// <summary>What tokenizer training did.</summary>
/// <param name="ModelPath">The file it wrote.</param>
/// <param name="Pieces">Pieces of the model.</param>
/// <param name="Documents">Texts in the corpus.</param>
/// <param name="SampledDocuments">Texts that the model was learned from.</param>
/// <param name="SampledBytes">Their length in UTF-8.</param>
/// <param name="QuarantinedLines">Lines of the corpus that gave no text.</param>
/// <param name="Hash">SHA-256 of the model file.</param>
public sealed record TokenizerTrainingReport(
    string ModelPath, int Pieces, long Documents, int SampledDocuments, long SampledBytes, long QuarantinedLines,
    string Hash)
{
    /// <summary>What has the name of a corpus file and is no regular file.</summary>
    public IReadOnlyList<PassedOverFile> PassedOver { get; init; } = [];
}
