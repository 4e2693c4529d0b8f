namespace MiniCpmDist.Core.WindTunnel;

/// <summary>Decays that leave one trunk of each size (arXiv 2404.06395, section 4.5).</summary>
/// <param name="At">Where they begin, in tokens for each non-embedding parameter: multiples of the first.</param>
/// <param name="DecayPercent">Length of each decay, as a percentage of the whole branch.</param>
/// <param name="HoldOut">The size that a fit does not see and predicts; null for none.</param>
public sealed record LadderOptions(IReadOnlyList<int> At, double DecayPercent, string? HoldOut)
{
    /// <summary>Where the decays of the held-out size begin; null for the places of the others.</summary>
    public IReadOnlyList<int>? HoldOutAt { get; init; }

    /// <summary>Where the decays of a size begin.</summary>
    public IReadOnlyList<int> PlacesOf(TunnelSize size) => size?.Name == HoldOut ? HoldOutAt ?? At : At;
}
