using System.Diagnostics.Metrics;

namespace MiniCpmDist.Coordinator.Runs;

/// <summary>What a coordinator of many runs tells of them; read from the registry when somebody asks.</summary>
internal static class RegistryMetrics
{
    public static void Create(Meter meter, RunRegistry registry)
    {
        meter.CreateObservableGauge(
            "minicpm.coordinator.run.reporting",
            () => Each(registry.Runs.Where(run => !run.Board.HasEnded), run => run.IsReporting ? 1 : 0),
            null, "1 while rank 0 of a run is connected, 0 while it is not; absent after the run has ended.");
        meter.CreateObservableGauge(
            "minicpm.coordinator.run.step",
            () => Each(registry.Runs.Where(run => run.Board.Newest is not null), run => run.Board.Newest!.Step),
            null, "Updates that a run has done, according to its newest report.");
        meter.CreateObservableGauge(
            "minicpm.coordinator.requests.waiting",
            () => Each(registry.Runs, run => run.Requests.Waiting),
            null, "Requests of a run that are accepted and not decided yet.");
    }

    private static IEnumerable<Measurement<long>> Each(IEnumerable<KnownRun> runs, Func<KnownRun, long> value) =>
        [.. runs.Select(run => new Measurement<long>(value(run), new KeyValuePair<string, object?>("run", run.Name)))];
}
