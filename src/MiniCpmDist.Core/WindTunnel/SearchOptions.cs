namespace MiniCpmDist.Core.WindTunnel;

/// <summary>A search over parameters of small models (arXiv 2404.06395, appendix A.1).</summary>
/// <param name="Size">The size of all trials, by name.</param>
/// <param name="Trials">Their number.</param>
/// <param name="TokensPerParameter">Length of each, in tokens for each non-embedding parameter.</param>
/// <param name="Seed">Of the proposals.</param>
/// <param name="Repeats">Seeds with which the best three are trained again.</param>
/// <param name="Space">The parameters.</param>
public sealed record SearchOptions(
    string Size, int Trials, int TokensPerParameter, ulong Seed, int Repeats, IReadOnlyList<SearchParameter> Space)
{
    /// <summary>Trials that are proposed at a time, and can be trained beside each other.</summary>
    public int Together { get; init; } = 2;

    /// <summary>How trials are given up early; null where all have the whole length.</summary>
    public HalvingOptions? Halving { get; init; }

    /// <summary>Lengths that a trial goes through; one where none is given up early.</summary>
    public int Rungs => Halving?.Rungs ?? 1;
}
