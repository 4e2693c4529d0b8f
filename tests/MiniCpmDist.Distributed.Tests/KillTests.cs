namespace MiniCpmDist.Distributed.Tests;

/// <summary>Processes that die without a word, and processes that get into each other's way.</summary>
public sealed class KillTests(TinyWorkspace workspace) : IClassFixture<TinyWorkspace>
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    [Fact]
    public void When_one_rank_is_killed_the_others_end_within_seconds()
    {
        using var world = Train("killed", ranks: 2, steps: 100_000);
        WaitForStep(world, "killed", 3);
        var ranks = world.RankProcesses();
        Assert.Equal(2, ranks.Length);
        Assert.All(ranks, pid => Assert.True(RunningTool.IsAlive(pid)));

        RunningTool.KillNow(ranks[1]);

        Assert.NotEqual(0, world.Finish(s_limit).ExitCode);
        world.WaitUntil(() => !ranks.Any(RunningTool.IsAlive), "no rank is left");
    }

    [Fact]
    public void A_world_that_is_killed_in_mid_run_resumes_on_another_world_size_with_the_undisturbed_bits()
    {
        const int Steps = 60;
        Tool.Minicpm(workspace.Folder, "train", workspace.RunFile("undisturbed", steps: Steps)).Succeeded();
        using (var world = Train("power-cut", ranks: 2, Steps))
        {
            WaitForStep(world, "power-cut", 12);
            world.KillWorld();
        }
        var reached = workspace.LastStep("power-cut");
        Assert.InRange(reached, 12, Steps - 1);
        Assert.Empty(workspace.Journal("power-cut", "run-finished"));

        Tool.Minicpm(workspace.Folder, "resume", "runs/power-cut").Succeeded();

        Assert.Equal(workspace.LossColumn("undisturbed"), workspace.LossColumn("power-cut"));
        Assert.Equal(
            workspace.HashesOfCheckpoint("undisturbed", Steps), workspace.HashesOfCheckpoint("power-cut", Steps));
        var starts = workspace.Journal("power-cut", "run-started");
        Assert.Equal([2L, 1L], starts.Select(start => start.Details["world_size"]));
        Assert.InRange(starts[1].Step, 5, reached);
    }

    [Fact]
    public void A_world_that_wakes_up_after_another_took_its_run_over_writes_nothing_and_says_why()
    {
        const int Steps = 400;
        using var first = Train("frozen", ranks: 2, Steps);
        WaitForStep(first, "frozen", 12);
        first.Signal("STOP");
        Assert.Equal(2, Tool.Minicpm(workspace.Folder, "resume", "runs/frozen").ExitCode);

        Tool.Mpirun(workspace.Folder, 2, ["resume", "runs/frozen", "--take-over"]).Succeeded();
        var finished = Contents("frozen");
        first.Signal("CONT");
        var woken = first.Finish(s_limit);

        Assert.NotEqual(0, woken.ExitCode);
        Assert.Contains(
            "taken over by another world (fencing number 2, this one has 1)", woken.Errors, StringComparison.Ordinal);
        Assert.Equal(finished, Contents("frozen"));
        Assert.Equal(Steps, workspace.LastStep("frozen"));
    }

    [Fact]
    public void A_second_process_on_a_run_that_trains_is_refused_and_the_journal_stays_whole()
    {
        using var first = Train("wanted", ranks: 1, steps: 100_000);
        WaitForStep(first, "wanted", 6);

        var alone = Tool.Minicpm(workspace.Folder, "resume", "runs/wanted");
        var pair = Tool.Mpirun(workspace.Folder, 2, ["resume", "runs/wanted"]);

        foreach (var second in (ToolResult[])[alone, pair])
        {
            Assert.Equal(2, second.ExitCode);
            Assert.Contains("lock is held", second.Errors, StringComparison.Ordinal);
        }
        var before = workspace.LastStep("wanted");
        WaitForStep(first, "wanted", before + 1);       // the first goes on, undisturbed
        first.KillWorld();
        Assert.Single(workspace.Journal("wanted", "run-started"));
        Assert.Equal(workspace.LossColumn("wanted").Count, workspace.LastStep("wanted"));
    }

    private RunningTool Train(string name, int ranks, int steps) =>
        RunningTool.Mpirun(workspace.Folder, ranks, "train", workspace.RunFile(name, steps: steps));

    private void WaitForStep(RunningTool world, string run, long step) => world.WaitUntil(
        () => workspace.LastStep(run) >= step, $"step {step} of {run} is in the metrics");

    /// <summary>
    /// Every file of a run by name, with its hash; not the heartbeats, which say that a rank is awake.
    /// </summary>
    private SortedDictionary<string, string> Contents(string run)
    {
        var folder = Path.Combine(workspace.Folder, "runs", run);
        return new SortedDictionary<string, string>(Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/.heartbeats/", StringComparison.Ordinal))
            .ToDictionary(
                path => Path.GetRelativePath(folder, path),
                path => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)))));
    }
}
