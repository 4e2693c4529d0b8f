using MiniCpmDist.Core.ScalingLaws;
using MiniCpmDist.Core.WindTunnel;

namespace MiniCpmDist.Cli.WindTunnel;

/// <summary>A kind of experiment.</summary>
/// <param name="Plan">Its runs, out of a file and the first part of their names.</param>
/// <param name="Smaller">The next smaller experiment; null for the smallest.</param>
internal sealed record TunnelKind(
    Func<TunnelOptions, string, IReadOnlyList<PlannedRun>> Plan, Func<TunnelOptions, TunnelOptions?> Smaller);

/// <summary>The experiments, by the words that ask for them.</summary>
internal static class TunnelKinds
{
    public const string Search = "search";
    public const string Ladder = "ladder";
    public const string Batch = "batch";
    public const string Rates = "lr";
    public const string Schedules = "schedules";

    public static IReadOnlyDictionary<string, TunnelKind> All { get; } = new Dictionary<string, TunnelKind>
    {
        [Search] = new(TunnelPlan.Trials, TunnelBudget.Search),
        [Ladder] = new(TunnelPlan.Ladder, options => TunnelBudget.Ladder(options, LossLawFit.LeastSizes)),
        [Batch] = new(TunnelPlan.Batches, TunnelBudget.Batches),
        [Rates] = new(TunnelPlan.Rates, TunnelBudget.Rates),
        [Schedules] = new(SchedulePlan.Of, TunnelBudget.Schedules),
    };
}
