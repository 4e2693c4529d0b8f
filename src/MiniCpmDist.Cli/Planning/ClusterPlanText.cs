using System.Globalization;
using MiniCpmDist.Core.Planning;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Sharding;

namespace MiniCpmDist.Cli.Planning;

/// <summary>The table of <c>minicpm plan --cluster</c>.</summary>
internal static class ClusterPlanText
{
    public static IEnumerable<string> Lines(PlanReport report)
    {
        var cluster = report.Request.Cluster!;
        var (work, links) = (cluster.Work, cluster.Links);
        yield return "  cluster   "
            + Text($"{links.PerHost} devices a host, {links.HostBytesPerSecond / 1e9:0.###} GB/s within it, ")
            + Text($"{links.NetworkBytesPerSecond / 1e9:0.###} GB/s between hosts, ")
            + Text($"{links.LatencySeconds * 1e6:0.###} us;");
        yield return "            "
            + Text($"{work.MicroBatches:N0} micro-batches a step, {work.MicroBatchSeconds:G4} s each on one device; ")
            + When(work);
        yield return $"{"",30}lanes: the same bits on any number{"",22}rings: reduction: fast";
        yield return Row(
            "devices", "micro", "compute s", "reduce s", "gather s", "exposed s", "eff.", "tokens/s", "days",
            "exposed s", "eff.");
        foreach (var (lanes, rings) in report.Cluster)
            yield return Row(lanes, rings, report.Cost.Days(lanes.TokensPerSecond));
        foreach (var note in Notes(report, work))
            yield return $"            {note}";
    }

    private static IEnumerable<string> Notes(PlanReport report, ClusterWork work)
    {
        var most = report.Cluster.Select(pair => pair.Lanes.Ranks).DefaultIfEmpty().Max();
        if (most > work.MicroBatches)
        {
            yield return Text($"Of more than {work.MicroBatches:N0} devices some have nothing to do: ")
                + "a larger schedule.token_batch or a smaller parallel.micro_batch gives them work.";
        }
        var sizes = new LaneTree(work.Lanes).WorldSizes;
        var refused = report.Cluster.Select(pair => pair.Lanes.Ranks).Where(ranks => !sizes.Contains(ranks)).ToArray();
        if (refused.Length > 0)
        {
            yield return Text($"With its {work.Lanes} lanes the run cannot have {string.Join(", ", refused)} ranks: ")
                + "set parallel.lanes to the largest world that is planned.";
        }
        if (report.Options.Schedule.Batches != BatchPlan.None)
            yield return "The run's batch changes; this is about its first one.";
    }

    private static string When(ClusterWork work) => work switch
    {
        { ShardsGradients: true } => "gradients go when each one is over (shard_gradients)",
        { Overlaps: false } => "gradients go when backward is over",
        { Lanes: > 1 } =>
            Text($"gradients go while the last one goes back, with lanes from {work.Lanes:N0} devices on"),
        _ => "gradients go while the last one goes back",
    };

    private static string Row(ClusterStep lanes, ClusterStep rings, double? days) => Row(
        Text($"{lanes.Ranks:N0}"), Text($"{lanes.MicroBatches:N0}"), Seconds(lanes.ComputeSeconds),
        Seconds(lanes.ReduceSeconds), Seconds(lanes.GatherSeconds), Seconds(lanes.ExposedSeconds),
        Share(lanes.Efficiency), Text($"{lanes.TokensPerSecond:N0}"),
        days is { } number ? Text($"{number:N2}") : "until told",
        Seconds(rings.ExposedSeconds), Share(rings.Efficiency));

    private static string Row(params IReadOnlyList<string> cells)
    {
        int[] widths = [9, 6, 10, 10, 10, 10, 7, 13, 11, 11, 7];
        return string.Concat(cells.Select((cell, i) => cell.PadLeft(widths[i])));
    }

    private static string Seconds(double value) => Text($"{value:0.0000}");

    private static string Share(double value) => Text($"{100 * value:0.0}%");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
