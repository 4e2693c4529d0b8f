namespace MiniCpmDist.Core.WindTunnel;

/// <summary>Runs of several learning rates for each size (arXiv 2404.06395, section 3.3).</summary>
/// <param name="Rates">Learning rates before the division by the width.</param>
/// <param name="TokensPerParameter">Length of each run, in tokens for each non-embedding parameter.</param>
/// <param name="WithStandard">Train each also in the standard parametrisation, whose rate no width divides.</param>
public sealed record RateStudyOptions(IReadOnlyList<double> Rates, int TokensPerParameter, bool WithStandard)
{
    /// <summary>Length of each run in tokens, the same for all sizes; null where it grows with the size.</summary>
    public long? Tokens { get; init; }

    /// <summary>The last part of each run in which the learning rate falls, as a percentage; 0 for none.</summary>
    public double DecayPercent { get; init; }

    /// <summary>Each rate is trained with so many seeds.</summary>
    public int Seeds { get; init; } = 1;
}
