namespace MiniCpmDist.Runs.Journal;

/// <summary>Weights that a run took from a Hugging Face folder instead of making them from its seed.</summary>
/// <param name="Folder">Absolute path.</param>
/// <param name="Types">How the elements are stored, such as <c>BF16</c>; several joined with a comma.</param>
/// <param name="Hashes">Name and SHA-256 of every file that decides the weights, joined with semicolons.</param>
public sealed record ImportedWeights(string Folder, string Types, string Hashes);
