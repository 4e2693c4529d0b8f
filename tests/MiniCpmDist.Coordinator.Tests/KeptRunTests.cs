using MiniCpmDist.Coordinator.Client;
using MiniCpmDist.Coordinator.Hosting;
using MiniCpmDist.Coordinator.Logs;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.History;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Coordinator.Tests;

/// <summary>What a coordinator that is started again knows of runs that do not come back.</summary>
public sealed class KeptRunTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minicpm-kept-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Histories => Path.Combine(_folder.FullName, KeptRuns.Folder);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_curves_of_a_run_that_has_ended_survive_a_restart()
    {
        var done = Done();
        await using (var first = Start())
        {
            Report(first, done, parent: ("trunk", 400));
            await Some.EventuallyAsync(() => Task.FromResult(File.Exists(Path.Combine(Histories, "branch.history"))));
        }

        await using var second = Start();
        using var client = RunControlClient.Connect(second.BoundAddress);

        var known = second.Histories().Single();
        var (expected, found) = (done.Since(HistoryCursor.None), known.History.Since(HistoryCursor.None));
        Assert.Equal(("branch", "trunk", 400), (known.Name, known.Parent, known.ParentStep));
        Assert.Equal(expected.Points, found.Points);
        Assert.Equal(expected.HeldOut, found.HeldOut);
        Assert.Equal(expected.Newest, found.Newest);
        Assert.True(known.History.IsFinished);
        var run = Assert.Single(await client.ListAsync(Token));
        Assert.Equal((3000, false), (run.Status?.Step, run.IsReporting));
    }

    /// <summary>As after a kill: nothing is written when it ends.</summary>
    [Fact]
    public async Task A_coordinator_that_was_killed_has_the_curves_of_runs_that_had_ended_before()
    {
        var (requests, histories) = (new MemoryFiles(), new MemoryFiles());
        await using var first = Start(requests, histories);
        Report(first, Done());
        await Some.EventuallyAsync(() => Task.FromResult(histories.Names().Contains("branch.history")));

        await using var second = Start(requests.AfterDeath(), histories.AfterDeath());

        Assert.Equal(3000, second.Histories().Single().History.Newest?.Step);
    }

    [Fact]
    public void A_kill_at_any_moment_of_a_write_leaves_the_file_that_was_there_or_the_new_one()
    {
        var kept = Kept("branch", 1);
        var work = new MemoryFiles();
        new KeptRuns(work).Write(Kept("branch", 2));
        for (long end = 0; end < work.Work; end++)
        {
            var files = new MemoryFiles();
            new KeptRuns(files).Write(kept);
            files.EndAfter(end, () => new KilledException());
            Assert.Throws<KilledException>(() => new KeptRuns(files).Write(Kept("branch", 2)));

            var found = new List<V1.KeptRun>();
            new KeptRuns(files.AfterDeath()).Read(found.Add, text => Assert.Fail(text));

            Assert.Equal([kept], found);
        }
    }

    [Fact]
    public async Task A_damaged_file_costs_one_curve_and_is_set_aside_with_a_sentence()
    {
        var files = new MemoryFiles();
        new KeptRuns(files).Write(Kept("whole", 5));
        var damaged = KeptRunFile.Write(Kept("broken", 5));
        damaged[^1] ^= 1;
        files.Append("broken.history", damaged);
        var told = new List<string>();

        await using var coordinator = Start(new MemoryFiles(), files, tell: told.Add);

        Assert.Equal(["whole"], coordinator.Histories().Select(run => run.Name));
        Assert.Contains("histories/broken.history is damaged", Assert.Single(told), StringComparison.Ordinal);
        Assert.Equal(damaged, files.Read(".damaged-broken.history"));
    }

    [Fact]
    public void A_file_of_a_newer_version_is_refused_with_what_to_do()
    {
        var files = new MemoryFiles();
        var newer = KeptRunFile.Write(Kept("branch", 5));
        newer[8] = KeptRunFile.Format + 1;
        files.Append("branch.history", newer);

        var exception = Assert.Throws<ConfigurationException>(() => { Start(new MemoryFiles(), files); });

        Assert.Contains("a newer minicpm wrote it", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_nobody_has_heard_of_for_long_is_forgotten_for_good_with_what_was_commanded()
    {
        var clock = new HandClock();
        var (requests, histories) = (new MemoryFiles(), new MemoryFiles());
        await using (var first = Start(requests, histories, clock, keep: null))
        {
            using var client = RunControlClient.Connect(first.BoundAddress);
            Report(first, Done());
            await client.SendAsync(new RunCommand.Checkpoint(), "branch", cancellationToken: Token);
        }

        clock.Turn(TimeSpan.FromDays(6).TotalSeconds);
        await using (var kept = Start(requests, histories, clock, TimeSpan.FromDays(7)))
            Assert.Equal(1, kept.KnownRuns);
        clock.Turn(TimeSpan.FromDays(2).TotalSeconds);
        await using (var forgot = Start(requests, histories, clock, TimeSpan.FromDays(7)))
            Assert.Equal(0, forgot.KnownRuns);
        await using var after = Start(requests, histories, clock, keep: null);

        Assert.Equal(0, after.KnownRuns);
        Assert.Empty(histories.Names());
        Assert.Empty(AuditLog.Read(requests));
    }

    private static V1.KeptRun Kept(string run, long step) => new()
    {
        RunName = run,
        HeardMs = 1000 * step,
        Status = RunStatusConversion.ToMessage(Some.Status(step)),
        History = HistoryConversion.ToMessage(new RunHistory().Since(HistoryCursor.None)),
    };

    private static RunHistory Done()
    {
        var done = new RunHistory();
        for (var step = 1; step <= 3000; step++)
            done.Follow(Some.Status(step));
        done.Add(new HeldOutPoint(100, 204_800, 5.5));
        done.Tell("run-finished", 3000, 6_144_000, "the schedule is at its end");
        return done;
    }

    /// <summary>A run that tells what it has done, and that it is over.</summary>
    private static void Report(
        StandaloneCoordinator coordinator, RunHistory done, (string Run, long Step)? parent = null)
    {
        using var run = new RunReporter(new RunReporterOptions(coordinator.BoundAddress, "branch", () => 1)
        {
            Parent = parent,
            History = done.Since,
        });
        Assert.Null(run.Take());
        run.Observe(Some.Status(3000));
    }

    private StandaloneCoordinator Start() =>
        StandaloneCoordinator.Start(new CoordinatorOptions(), _folder.FullName);

    private static StandaloneCoordinator Start(
        MemoryFiles requests, MemoryFiles histories, TimeProvider? clock = null, TimeSpan? keep = null,
        Action<string>? tell = null) =>
        StandaloneCoordinator.Start(
            ListenPlan.Of(new CoordinatorOptions()), requests, "", null, null, tell: tell,
            memory: new StandaloneCoordinator.Memory(histories, keep, clock ?? TimeProvider.System));
}
