using MiniCpmDist.Coordinator.Client;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Coordinator.Tests;

public class StatusTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Before_the_first_step_a_run_has_a_name_and_no_status()
    {
        await using var run = await CoordinatedRun.StartAsync();

        Assert.Equal(new RunSnapshot("quickstart", null, true, 0),
            await run.Client.StatusAsync(cancellationToken: Token));
    }

    [Theory]
    [InlineData(PhaseKind.Warmup)]
    [InlineData(PhaseKind.Stable)]
    [InlineData(PhaseKind.Decay)]
    [InlineData(PhaseKind.Cosine)]
    public async Task The_newest_status_arrives_with_every_digit(PhaseKind phase)
    {
        await using var run = await CoordinatedRun.StartAsync();
        run.Control.Observe(Some.Status(1));
        var newest = Some.Status(2) with { Phase = phase };
        run.Control.Observe(newest);

        Assert.Equal(newest, (await run.Client.StatusAsync(cancellationToken: Token)).Status);
    }

    [Fact]
    public async Task A_watcher_sees_later_steps_and_the_end()
    {
        await using var run = await CoordinatedRun.StartAsync();
        run.Control.Observe(Some.Status(1));
        await using var watch = run.Client.WatchAsync(cancellationToken: Token).GetAsyncEnumerator(Token);

        for (var step = 1; step <= 3; step++)
        {
            Assert.True(await watch.MoveNextAsync());
            Assert.Equal(Some.Status(step), watch.Current);
            run.Control.Observe(Some.Status(step + 1));
        }

        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(4, watch.Current.Step);
        await run.EndAsync();
        Assert.False(await watch.MoveNextAsync());
    }

    [Fact]
    public async Task A_watcher_that_comes_before_the_first_step_waits_for_it()
    {
        await using var run = await CoordinatedRun.StartAsync();
        await using var watch = run.Client.WatchAsync(cancellationToken: Token).GetAsyncEnumerator(Token);
        var first = watch.MoveNextAsync().AsTask();
        await run.Client.StatusAsync(cancellationToken: Token);
        Assert.False(first.IsCompleted);

        run.Control.Observe(Some.Status(1));

        Assert.True(await first);
        Assert.Equal(1, watch.Current.Step);
    }

    [Fact]
    public async Task A_watcher_that_reads_slowly_misses_steps_but_not_the_last_one()
    {
        await using var run = await CoordinatedRun.StartAsync();
        run.Control.Observe(Some.Status(1));
        await using var watch = run.Client.WatchAsync(cancellationToken: Token).GetAsyncEnumerator(Token);
        Assert.True(await watch.MoveNextAsync());
        // Enough to fill every buffer on the way, were the steps queued.
        const int Last = 200_000;
        for (var step = 2; step <= Last; step++)
            run.Control.Observe(Some.Status(step));
        var ending = run.EndAsync();

        var seen = new List<long>();
        while (await watch.MoveNextAsync())
            seen.Add(watch.Current.Step);

        await ending;
        Assert.Equal(Last, seen[^1]);
        Assert.Equal(seen.Order(), seen);
        Assert.True(seen.Count < Last / 2, $"{seen.Count} of {Last} steps were sent: nothing was left out.");
    }

    [Fact]
    public async Task A_watcher_that_never_reads_holds_up_neither_the_training_nor_its_end()
    {
        await using var run = await CoordinatedRun.StartAsync();
        run.Control.Observe(Some.Status(1));
        await using var watch = run.Client.WatchAsync(cancellationToken: Token).GetAsyncEnumerator(Token);
        Assert.True(await watch.MoveNextAsync());

        var observing = Task.Run(
            () =>
            {
                for (var step = 2; step <= 100_000; step++)
                    run.Control.Observe(Some.Status(step));
            },
            Token);

        await observing.WaitAsync(Some.Patience, Token);
        await run.EndAsync().AsTask().WaitAsync(Some.Patience, Token);
    }

    [Fact]
    public async Task Several_watchers_see_the_same_run()
    {
        await using var run = await CoordinatedRun.StartAsync();
        run.Control.Observe(Some.Status(7));
        var watchers = Enumerable.Range(0, 5).Select(_ => FirstAsync()).ToList();

        Assert.All(await Task.WhenAll(watchers), status => Assert.Equal(7, status.Step));

        async Task<RunStatus> FirstAsync()
        {
            await foreach (var status in run.Client.WatchAsync(cancellationToken: Token))
                return status;

            throw new InvalidOperationException("The watch ended without a status.");
        }
    }
}
