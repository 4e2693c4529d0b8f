namespace MiniCpmDist.Core.WindTunnel;

/// <summary>
/// Smaller experiments, for those who have less time. What is left out changes no run that stays, so that the same
/// experiment goes on from there when there is more time.
/// </summary>
public static class TunnelBudget
{
    private const int LeastSizesOfRates = 2;
    private const int LeastSeeds = 2;

    /// <summary>The experiment itself, and then what is left of it, less and less.</summary>
    /// <param name="options">The experiment.</param>
    /// <param name="next">The next smaller one; null for the smallest.</param>
    public static IEnumerable<TunnelOptions> Smaller(TunnelOptions options, Func<TunnelOptions, TunnelOptions?> next)
    {
        for (var left = options; left is not null; left = next(left))
            yield return left;
    }

    /// <summary>
    /// A ladder without its largest size; the size that is predicted is the largest that is left, with the decays that
    /// it has anyway.
    /// </summary>
    /// <param name="options">With a ladder.</param>
    /// <param name="leastFitted">Sizes that a law needs.</param>
    public static TunnelOptions? Ladder(TunnelOptions options, int leastFitted)
    {
        var holdOut = options.Ladder!.HoldOut;
        if (WithoutLargest(options, leastFitted + (holdOut is null ? 0 : 1)) is not { } fewer)
            return null;
        return holdOut is null || fewer.Sizes.Any(size => size.Name == holdOut)
            ? fewer
            : fewer with { Ladder = options.Ladder with { HoldOut = Largest(fewer).Name, HoldOutAt = null } };
    }

    /// <summary>A batch study without its largest size.</summary>
    public static TunnelOptions? Batches(TunnelOptions options) => WithoutLargest(options, 1);

    /// <summary>A study of rates without its largest size. It needs two.</summary>
    public static TunnelOptions? Rates(TunnelOptions options) => WithoutLargest(options, LeastSizesOfRates);

    /// <summary>A study of schedules with a seed less. Two tell a spread.</summary>
    public static TunnelOptions? Schedules(TunnelOptions options) => options.Schedules!.Seeds <= LeastSeeds
        ? null
        : options with { Schedules = options.Schedules with { Seeds = options.Schedules.Seeds - 1 } };

    /// <summary>A search of one trial less; it has more than those that are drawn at random.</summary>
    public static TunnelOptions? Search(TunnelOptions options) =>
        options.Search!.Trials <= ParzenSearch.RandomTrials + 1
            ? null
            : options with { Search = options.Search with { Trials = options.Search.Trials - 1 } };

    private static TunnelOptions? WithoutLargest(TunnelOptions options, int least) => options.Sizes.Count <= least
        ? null
        : options with { Sizes = [.. options.Sizes.Where(size => size != Largest(options))] };

    private static TunnelSize Largest(TunnelOptions options) =>
        options.Sizes.MaxBy(size => size.Shape.NonEmbeddingParameters)!;
}
