using System.Text.Json;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Data.Building;

namespace MiniCpmDist.Data.Deduplication;

/// <summary>
/// Runs the tasks of a stage over ranks and threads. Tasks that an earlier attempt has ended are not done again.
/// </summary>
internal sealed class StageRunner(DedupJob job, ICommunicator world, int steps, Action<DedupProgress>? report)
{
    private int _step;

    /// <summary>Runs a stage. When it returns, all tasks of all ranks have ended.</summary>
    /// <exception cref="ConfigurationException">The problems of all ranks, the same on each.</exception>
    public void RunCollective(Stage stage)
    {
        var tasks = Enumerable.Range(0, stage.Weights.Count);
        var seen = world.Rank == 0
            ? JsonSerializer.Serialize(tasks.Where(task => job.IsDone(stage.Name, task)))
            : null;
        var done = JsonSerializer.Deserialize<HashSet<int>>(world.BroadcastTextCollective(seen)!)!;
        // The heaviest first, in turn.
        var own = tasks.Where(task => !done.Contains(task))
            .OrderByDescending(task => stage.Weights[task]).ThenBy(task => task)
            .Where((_, place) => place % world.WorldSize == world.Rank)
            .ToList();
        job.Counters = new BuildCounters();
        IReadOnlyList<Problem> problems;
        using (var progress = new StageProgress(
            job, stage, (++_step, steps), done, own, world.Rank == 0 ? report : null))
        {
            problems = RankProblems.GatherCollective(world, Run(stage, own, progress));
            progress.Tell();
        }
        if (problems.Count > 0)
            throw new ConfigurationException([.. problems.Distinct()]);
    }

    private IReadOnlyList<Problem> Run(Stage stage, List<int> own, StageProgress progress) =>
        WorkerThreads.Run(own, job.Options.Workers, (task, _) =>
        {
            job.Done(stage.Name, task, stage.Work(task));
            if (!stage.IsOverUnits)
                job.Counters.AddBytes(1);
            progress.Tell();
        });
}
