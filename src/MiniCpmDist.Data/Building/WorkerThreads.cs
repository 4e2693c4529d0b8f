using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Data.Building;

/// <summary>Threads that take pieces of work from one list.</summary>
internal static class WorkerThreads
{
    private const int ProblemsThatEndIt = 20;

    /// <summary>
    /// Does all pieces. A problem of one of them does not keep the others from being done: what is wrong with a corpus
    /// is told at once, and what is right is kept for the next attempt.
    /// </summary>
    /// <param name="work">The pieces.</param>
    /// <param name="threads">How many threads there are at most.</param>
    /// <param name="run">Does a piece; the token says that another thread has failed.</param>
    /// <returns>Problems of the user; none when everything is done.</returns>
    public static IReadOnlyList<Problem> Run<T>(
        IReadOnlyCollection<T> work, int threads, Action<T, CancellationToken> run)
    {
        var left = new ConcurrentQueue<T>(work);
        var problems = new ConcurrentQueue<Problem>();
        using var stop = new CancellationTokenSource();
        var running = Enumerable.Range(0, Math.Min(threads, work.Count))
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
            ExceptionDispatchInfo.Throw(
                e.Flatten().InnerExceptions.First(inner => inner is not OperationCanceledException));
        }
        return [.. problems];

        void Work()
        {
            while (!stop.IsCancellationRequested && left.TryDequeue(out var piece))
            {
                try
                {
                    run(piece, stop.Token);
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
