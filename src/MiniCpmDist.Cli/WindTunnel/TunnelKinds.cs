using MiniCpmDist.Core.WindTunnel;

namespace MiniCpmDist.Cli.WindTunnel;

/// <summary>The experiments, by the words that ask for them.</summary>
internal static class TunnelKinds
{
    public const string Search = "search";
    public const string Ladder = "ladder";
    public const string Batch = "batch";
    public const string Rates = "lr";

    /// <summary>The runs of each, out of the file and the first part of their names.</summary>
    public static IReadOnlyDictionary<string, Func<TunnelOptions, string, IReadOnlyList<PlannedRun>>> Plans { get; } =
        new Dictionary<string, Func<TunnelOptions, string, IReadOnlyList<PlannedRun>>>
        {
            [Search] = TunnelPlan.Trials,
            [Ladder] = TunnelPlan.Ladder,
            [Batch] = TunnelPlan.Batches,
            [Rates] = TunnelPlan.Rates,
        };
}
