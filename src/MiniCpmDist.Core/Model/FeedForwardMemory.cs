namespace MiniCpmDist.Core.Model;

/// <summary>Elements that a feed-forward half holds for each token, beside what every half does.</summary>
/// <param name="Kept">From forward to backward.</param>
/// <param name="Back">While it goes back.</param>
public readonly record struct FeedForwardMemory(long Kept, long Back);
