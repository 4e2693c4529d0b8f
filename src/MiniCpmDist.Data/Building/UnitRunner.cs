using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Data.Building;

/// <summary>Builds this rank's units over threads.</summary>
internal static class UnitRunner
{
    /// <summary>Builds all units.</summary>
    /// <returns>Problems of the user; none when everything is done.</returns>
    public static IReadOnlyList<Problem> Run(BuildJob job, IReadOnlyList<WorkUnit> units, BuildProgress progress)
    {
        if (units.Count == 0)
            return [];
        var workers = job.Options.Workers;
        var threads = Math.Min(workers, units.Count);
        var encoders = (workers + threads - 1) / threads;
        return WorkerThreads.Run(units, threads, (unit, stop) =>
        {
            new UnitBuilder(job, unit, encoders, stop).Run();
            progress.Tell();
        });
    }
}
