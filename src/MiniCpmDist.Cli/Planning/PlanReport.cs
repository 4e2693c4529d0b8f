using MiniCpmDist.Cli.Display;
using MiniCpmDist.Core.Planning;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Cli.Planning;

/// <summary>A plan, ready to be shown.</summary>
internal sealed record PlanReport(RunOptions Options, PlanRequest Request, TrainingCost Cost, MemoryPlan Memory)
{
    public bool Fits => Memory.Total <= Request.MemoryPerRank;

    /// <summary>Tokens a second of all ranks; null where no peak is known.</summary>
    public double? TokensPerSecond => Request.PeakFlops is { } peak
        ? Cost.TokensPerSecond(peak * Request.Ranks, Request.Mfu)
        : null;

    public double? Days => TokensPerSecond is { } speed ? Cost.Days(speed) : null;

    /// <summary>The changes that save memory; empty where the plan fits.</summary>
    public IReadOnlyList<MemoryRemedy> Remedies { get; private init; } = [];

    public MemoryRemedy? FirstThatFits { get; private init; }

    public IReadOnlyList<(ClusterStep Lanes, ClusterStep Rings)> Cluster { get; private init; } = [];

    /// <summary>The same run with sequences of other lengths.</summary>
    public IReadOnlyList<LengthPlan> Lengths { get; private init; } = [];

    public static PlanReport Of(RunOptions options, PlanRequest request)
    {
        var report = new PlanReport(
            options, request, TrainingCost.Of(options), MemoryPlan.For(options, request.Ranks))
        {
            Lengths = [.. request.Lengths.Select(length => LengthPlan.For(options, request.Ranks, length))],
            Cluster = request.Cluster is not { } cluster ? [] :
            [
                .. cluster.Counts.Select(count => (
                    ClusterPlan.Lanes(cluster.Work, count, cluster.Links),
                    ClusterPlan.Rings(cluster.Work, count, cluster.Links))),
            ],
        };
        return report.Fits ? report : report with
        {
            Remedies = MemoryRemedies.For(options, request.Ranks),
            FirstThatFits = MemoryRemedies.FirstThatFits(options, request.Ranks, request.MemoryPerRank),
        };
    }

    public string Json() => JsonLine.Of(new
    {
        Run = Options.Name,
        Request.Ranks,
        Cost.Parameters,
        Cost.FlopsPerToken,
        Cost.FlopsPerStep,
        Cost.StepTokens,
        Cost.Steps,
        Cost.Tokens,
        TokensPerSecond,
        Days,
        Memory,
        Request.MemoryPerRank,
        Fits,
        Remedies = Remedies.Select(Shown),
        FirstThatFits = FirstThatFits is { } remedy ? Shown(remedy) : null,
        Lengths,
        Cluster = Cluster.Select(pair => new { pair.Lanes, pair.Rings }),
    });

    private static object Shown(MemoryRemedy remedy) => new { remedy.Changes, remedy.Saves, remedy.Total };
}
