namespace MiniCpmDist.Core.Model;

/// <summary>Elements that a feed-forward half holds for each token, beyond what every half holds.</summary>
/// <param name="Kept">Held from forward to backward.</param>
/// <param name="Back">Held during backward.</param>
public readonly record struct FeedForwardMemory(long Kept, long Back);
