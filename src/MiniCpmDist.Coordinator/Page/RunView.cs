using MiniCpmDist.Coordinator.Runs;
using MiniCpmDist.Core.History;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Coordinator.Page;

/// <summary>A run as the page shows it: what it has done, and what this coordinator knows of it now.</summary>
/// <param name="Run">What it has done.</param>
/// <param name="Known">Null for a relative of the run that this coordinator belongs to.</param>
internal sealed record RunView(RunWithHistory Run, KnownRun? Known)
{
    public RunStatus? Status => Known?.Board.Newest;

    /// <summary>One word; a folder cannot know whether a run that is not finished is being trained.</summary>
    public string State => Known switch
    {
        { IsReporting: true } when !Known.Board.HasEnded => Status?.IsPaused == true ? "paused" : "training",
        _ when Run.History.IsFinished => "finished",
        { Board.HasEnded: true } => "stopped",
        null => "unfinished",
        _ => "away",
    };

    public static IReadOnlyList<RunView> Of(RunRegistry registry)
    {
        var known = registry.Runs.ToDictionary(run => run.Name, StringComparer.Ordinal);
        var views = registry.Histories()
            .Select(run => new RunView(run, known.GetValueOrDefault(run.Name))).ToList();
        // The run of this process is known before its folder exists.
        var shown = views.Select(view => view.Run.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var run in known.Values.Where(run => !shown.Contains(run.Name)))
            views.Add(new RunView(new RunWithHistory(run.Name, null, 0, run.History), run));
        return views;
    }
}
