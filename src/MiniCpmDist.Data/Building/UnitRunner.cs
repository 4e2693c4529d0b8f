using System.Collections.Concurrent;
using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Data.Building;

/// <summary>Builds this rank's units over threads.</summary>
internal static class UnitRunner
{
    private const int ProblemsThatEndIt = 20;

    /// <summary>
    /// Builds all units. A problem of one of them does not keep the others from being done: what is wrong with a corpus
    /// is told at once, and what is right is kept for the next attempt.
    /// </summary>
    /// <returns>Problems of the user; none when everything is done.</returns>
    public static IReadOnlyList<Problem> Run(BuildJob job, IReadOnlyList<WorkUnit> units, BuildProgress progress)
    {
        if (units.Count == 0)
            return [];
        var workers = job.Options.Workers;
        var threads = Math.Min(workers, units.Count);
        var encoders = (workers + threads - 1) / threads;
        var left = new ConcurrentQueue<WorkUnit>(units);
        var problems = new ConcurrentQueue<Problem>();
        using var stop = new CancellationTokenSource();
        var running = Enumerable.Range(0, threads)
            .Select(_ => Task.Factory.StartNew(
                Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))
            .ToArray();
        try
        {
            Task.WaitAll(running);
        }
        catch (AggregateException e)
        {
            // The first cause; the others stopped because of it.
            throw e.Flatten().InnerExceptions.First(inner => inner is not OperationCanceledException);
        }
        return [.. problems];

        void Work()
        {
            while (!stop.IsCancellationRequested && left.TryDequeue(out var unit))
            {
                try
                {
                    new UnitBuilder(job, unit, encoders, stop.Token).Run();
                    progress.Tell();
                }
                catch (ConfigurationException e)
                {
                    foreach (var problem in e.Problems)
                        problems.Enqueue(problem);
                    if (problems.Count >= ProblemsThatEndIt)
                        left.Clear();
                }
                catch (Exception)
                {
                    stop.Cancel();
                    throw;
                }
            }
        }
    }
}
