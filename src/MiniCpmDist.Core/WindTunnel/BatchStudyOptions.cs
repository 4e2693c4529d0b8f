namespace MiniCpmDist.Core.WindTunnel;

/// <summary>Runs of several token batches for each size (arXiv 2404.06395, section 3.2).</summary>
/// <param name="Batches">Tokens of a step.</param>
/// <param name="TokensPerParameter">Length of each run, in tokens for each non-embedding parameter.</param>
public sealed record BatchStudyOptions(IReadOnlyList<long> Batches, int TokensPerParameter);
