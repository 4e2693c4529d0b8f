using MiniCpmDist.Coordinator.Access;
using MiniCpmDist.Coordinator.Client;
using MiniCpmDist.Coordinator.Hosting;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.History;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Coordinator.Tests;

/// <summary>Runs of other processes and the coordinator that they join; its memory outlives it.</summary>
public class JoinTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_that_joins_is_listed_watched_and_steered()
    {
        await using var coordinator = Start(new MemoryFiles());
        using var client = RunControlClient.Connect(coordinator.BoundAddress);
        using var run = Join(coordinator.BoundAddress, "trunk", 1);
        run.Observe(Some.Status(7));
        await EventuallyAsync(async () => (await client.ListAsync(Token)) is [{ Status.Step: 7, IsReporting: true }]);

        var waiting = client.SendAsync(new RunCommand.SetLearningRate(0.5), "trunk", "lr", Some.Patience, Token);
        var request = await TakeAsync(run);
        run.Decided(request, new RunDecision(true, 8, "learning rate 0.02 -> 0.5"));

        Assert.Equal(new RunCommand.SetLearningRate(0.5), request.Command);
        Assert.Equal(8, (await waiting).Decision?.Step);
        Assert.Equal("trunk", (await client.StatusAsync(cancellationToken: Token)).RunName);
    }

    [Fact]
    public async Task While_the_coordinator_is_away_no_call_waits_and_afterwards_nothing_is_lost_or_done_twice()
    {
        var files = new MemoryFiles();
        var first = Start(files);
        var address = first.BoundAddress;
        using var client = RunControlClient.Connect(address);
        using var run = Join(address, "trunk", 1);
        run.Observe(Some.Status(1));
        await EventuallyAsync(async () => (await client.ListAsync(Token)).Count == 1);
        await client.SendAsync(new RunCommand.Checkpoint(), "trunk", "a", cancellationToken: Token);
        await client.SendAsync(new RunCommand.SetLearningRate(0.5), "trunk", "b", cancellationToken: Token);
        var a = await TakeAsync(run);
        var b = await TakeAsync(run);
        await first.DisposeAsync();

        // Away: decisions and a flood of reports are taken without waiting.
        run.Decided(a, new RunDecision(true, 2, "saved"));
        for (var step = 2; step <= 5000; step++)
            run.Observe(Some.Status(step));
        await using var second = Start(files.AfterDeath(), address);

        await EventuallyAsync(async () =>
            (await client.RequestAsync("a", "trunk", Token)).Decision is not null
            && (await client.StatusAsync("trunk", Token)).Status?.Step == 5000);
        // The second was undecided: the new coordinator hands it out again, and the run knows it already.
        Assert.Null(run.Take());
        run.Decided(b, new RunDecision(true, 5000, "done"));
        await EventuallyAsync(async () => (await client.RequestAsync("b", "trunk", Token)).Decision?.Step == 5000);
        Assert.Null(run.Take());
        Assert.True(run.DroppedReports > 0, "the queue of step reports is bounded");
    }

    [Fact]
    public async Task A_world_that_comes_after_a_newer_one_is_turned_away_and_goes_on_by_itself()
    {
        await using var coordinator = Start(new MemoryFiles());
        using var client = RunControlClient.Connect(coordinator.BoundAddress);
        using var newer = Join(coordinator.BoundAddress, "trunk", 2);
        newer.Observe(Some.Status(20));
        await EventuallyAsync(async () => (await client.ListAsync(Token)) is [{ Status.Step: 20 }]);
        var told = new TaskCompletionSource<string>();
        using var older = Join(coordinator.BoundAddress, "trunk", 1, text => told.TrySetResult(text));
        older.Observe(Some.Status(10));

        Assert.Contains("turns this world away", await told.Task.WaitAsync(Some.Patience, Token),
            StringComparison.Ordinal);
        Assert.Equal(20, (await client.StatusAsync(cancellationToken: Token)).Status?.Step);
    }

    [Fact]
    public async Task A_world_whose_number_is_far_ahead_is_turned_away_and_the_true_one_is_not_shut_out()
    {
        await using var coordinator = Start(new MemoryFiles());
        using var client = RunControlClient.Connect(coordinator.BoundAddress);
        using var trunk = Join(coordinator.BoundAddress, "trunk", 2);
        trunk.Observe(Some.Status(20));
        await EventuallyAsync(async () => (await client.ListAsync(Token)) is [{ Status.Step: 20 }]);
        var told = new TaskCompletionSource<string>();
        using var other = Join(coordinator.BoundAddress, "trunk", long.MaxValue, text => told.TrySetResult(text));

        Assert.Contains("from 2 to 1002, found 9223372036854775807", await told.Task.WaitAsync(Some.Patience, Token),
            StringComparison.Ordinal);
        using var next = Join(coordinator.BoundAddress, "trunk", 3);
        next.Observe(Some.Status(21));
        await EventuallyAsync(async () => (await client.ListAsync(Token)) is [{ Status.Step: 21 }]);
    }

    [Fact]
    public async Task Several_runs_take_a_name_and_the_end_of_one_ends_its_watchers()
    {
        await using var coordinator = Start(new MemoryFiles());
        using var client = RunControlClient.Connect(coordinator.BoundAddress);
        using var trunk = Join(coordinator.BoundAddress, "trunk", 1);
        var branch = Join(coordinator.BoundAddress, "branch", 1);
        trunk.Observe(Some.Status(1));
        branch.Observe(Some.Status(2));
        await EventuallyAsync(async () => (await client.ListAsync(Token)).Count(run => run.Status is not null) == 2);

        var ambiguous =
            await Assert.ThrowsAsync<RunControlException>(() => client.StatusAsync(cancellationToken: Token));
        branch.Dispose();
        var seen = new List<long>();
        await foreach (var status in client.WatchAsync("branch", Token))
            seen.Add(status.Step);

        Assert.Contains("branch, trunk", ambiguous.Message, StringComparison.Ordinal);
        Assert.Equal([2], seen);
    }

    [Fact]
    public async Task A_coordinator_that_was_started_again_is_told_all_that_a_run_has_done()
    {
        var done = new RunHistory();
        for (var step = 1; step <= 3000; step++)
            done.Follow(Some.Status(step));
        done.Add(new HeldOutPoint(100, 204_800, 5.5));
        done.Tell("phase", 7, 14_336, "the stable phase begins");
        var first = Start(new MemoryFiles());
        var address = first.BoundAddress;
        using var run = new RunReporter(new RunReporterOptions(address, "branch", () => 1)
        {
            Parent = ("trunk", 400),
            History = done.Since,
        });
        Assert.Null(run.Take());
        run.Observe(Some.Status(3000));
        await EventuallyAsync(() => Task.FromResult(Told(first) == 3000));
        await first.DisposeAsync();
        done.Follow(Some.Status(3001));

        await using var second = Start(new MemoryFiles(), address);

        await EventuallyAsync(() => Task.FromResult(Told(second) == 3001));
        var known = second.Histories().Single();
        var (expected, found) = (done.Since(HistoryCursor.None), known.History.Since(HistoryCursor.None));
        Assert.Equal(("branch", "trunk", 400), (known.Name, known.Parent, known.ParentStep));
        Assert.Equal(expected.Points, found.Points);
        Assert.Equal(expected.HeldOut, found.HeldOut);
        Assert.Equal(expected.Events.Select(happened => happened.Text), found.Events.Select(happened => happened.Text));

        // And then only of what is new.
        run.Observe(Some.Status(3002));
        done.Follow(Some.Status(3002));
        await EventuallyAsync(() => Task.FromResult(Told(second) == 3002));

        static long? Told(StandaloneCoordinator coordinator) =>
            coordinator.Histories() is [var only] ? only.History.Newest?.Step : null;
    }

    [Fact]
    public async Task A_run_that_is_too_old_to_tell_more_shows_the_steps_that_it_reports()
    {
        await using var coordinator = Start(new MemoryFiles());
        using var run = Join(coordinator.BoundAddress, "trunk", 1);
        for (var step = 1; step <= 20; step++)
            run.Observe(Some.Status(step));

        await EventuallyAsync(() => Task.FromResult(
            coordinator.Histories() is [{ Parent: null } only] && only.History.Newest?.Step == 20));
        Assert.Equal(20, coordinator.Histories()[0].History.Since(HistoryCursor.None).Points.Count);
    }

    /// <summary>A connection that breaks in the middle of a message throws what files throw, too.</summary>
    [Fact]
    public async Task An_exception_in_the_middle_of_a_message_costs_a_connection_and_not_the_training()
    {
        await using var coordinator = Start(new MemoryFiles());
        var done = new RunHistory();
        var (breaks, told) = (1, new List<string>());
        using (var run = new RunReporter(new RunReporterOptions(coordinator.BoundAddress, "trunk", () => 1)
        {
            History = cursor => breaks-- > 0 ? throw new IOException("It broke.") : done.Since(cursor),
            Log = told.Add,
        }))
        {
            run.Take();
            done.Follow(Some.Status(20));
            run.Observe(Some.Status(20));
            await EventuallyAsync(() => Task.FromResult(
                coordinator.Histories() is [var only] && only.History.Newest?.Step == 20));
        }

        Assert.Equal(2, told.Count);
        Assert.EndsWith("is away (It broke); the training goes on without it", told[0], StringComparison.Ordinal);
        Assert.EndsWith("is back", told[1], StringComparison.Ordinal);
    }

    private static StandaloneCoordinator Start(MemoryFiles files, string address = CoordinatorOptions.DefaultAddress) =>
        StandaloneCoordinator.Start(
            ListenPlan.Of(new CoordinatorOptions(address)), files, "", null, new CallLimits());

    private static RunReporter Join(string address, string run, long fence, Action<string>? log = null)
    {
        var reporter = new RunReporter(new RunReporterOptions(address, run, () => fence) { Log = log ?? (_ => { }) });
        Assert.Null(reporter.Take());
        return reporter;
    }

    private static async Task<RunRequest> TakeAsync(RunReporter run)
    {
        RunRequest? taken = null;
        await EventuallyAsync(() => Task.FromResult((taken = run.Take()) is not null));
        return taken!;
    }

    private static Task EventuallyAsync(Func<Task<bool>> holds) => Some.EventuallyAsync(holds);
}
