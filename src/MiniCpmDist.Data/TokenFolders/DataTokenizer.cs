namespace MiniCpmDist.Data.TokenFolders;

/// <summary>The tokenizer of a data folder, as its manifest describes it.</summary>
/// <param name="File">Name within the folder.</param>
/// <param name="Sha256">Of the model file; lower-case hex.</param>
/// <param name="Pieces">Vocabulary size.</param>
/// <param name="BosId">Id that begins a document.</param>
/// <param name="EosId">Id that ends a document.</param>
public sealed record DataTokenizer(string File, string Sha256, int Pieces, int BosId, int EosId);
