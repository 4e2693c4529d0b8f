using MiniCpmDist.Coordinator.Client;
using MiniCpmDist.Core.Control;

namespace MiniCpmDist.Coordinator.Tests;

public class RequestTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_checkpoint_is_accepted_then_decided_with_its_step()
    {
        await using var run = await CoordinatedRun.StartAsync();

        var accepted = await run.Client.SendAsync(new RunCommand.Checkpoint(), "", "save-1", cancellationToken: Token);
        var command = run.Control.Take();
        run.Control.Decided(command!, new RunDecision(true, 42, "checkpoint after step 42"));
        var decided = await run.Client.SendAsync(new RunCommand.Checkpoint(), "", "save-1", cancellationToken: Token);

        Assert.Equal(new RunRequest("save-1", new RunCommand.Checkpoint()), command);
        Assert.Equal(new RequestReceipt(command!, null), accepted);
        Assert.Equal(new RequestReceipt(command!, new RunDecision(true, 42, "checkpoint after step 42")), decided);
    }

    [Fact]
    public async Task A_caller_that_waits_hears_the_decision_as_soon_as_it_is_made()
    {
        await using var run = await CoordinatedRun.StartAsync();

        var waiting = run.Client.SendAsync(new RunCommand.Stop(), "", "stop-1", Some.Patience, Token);
        var command = await run.TakeAsync();
        Assert.False(waiting.IsCompleted);
        run.Control.Decided(command, new RunDecision(true, 480, "stop after step 480"));

        Assert.Equal(new RunCommand.Stop(), command.Command);
        Assert.Equal(new RequestReceipt(command, new RunDecision(true, 480, "stop after step 480")), await waiting);
    }

    [Fact]
    public async Task A_caller_that_has_waited_long_enough_learns_that_the_request_stands()
    {
        await using var run = await CoordinatedRun.StartAsync();

        var receipt = await run.Client.SendAsync(
            new RunCommand.Checkpoint(), "", "save-1", TimeSpan.FromMilliseconds(200), Token);

        Assert.Null(receipt.Decision);
        Assert.Equal("save-1", run.Control.Take()?.Id);
    }

    [Fact]
    public async Task A_repeated_request_acts_once()
    {
        await using var run = await CoordinatedRun.StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 20)
            .Select(_ => run.Client.SendAsync(new RunCommand.Checkpoint(), "", "save-1", cancellationToken: Token)));

        Assert.Equal("save-1", run.Control.Take()?.Id);
        Assert.Null(run.Control.Take());
        run.Control.Decided(new RunRequest("save-1", new RunCommand.Checkpoint()),
            new RunDecision(true, 5, "checkpoint after step 5"));
        Assert.NotNull(
            (await run.Client.SendAsync(new RunCommand.Checkpoint(), "", "save-1", cancellationToken: Token)).Decision);
        Assert.Null(run.Control.Take());
    }

    [Fact]
    public async Task Requests_without_an_id_are_different_requests()
    {
        await using var run = await CoordinatedRun.StartAsync();

        var first = await run.Client.SendAsync(new RunCommand.Checkpoint(), cancellationToken: Token);
        var second = await run.Client.SendAsync(new RunCommand.Checkpoint(), cancellationToken: Token);

        Assert.NotEqual(first.Request.Id, second.Request.Id);
        Assert.Equal(first.Request, run.Control.Take());
        Assert.Equal(second.Request, run.Control.Take());
    }

    [Fact]
    public async Task A_decision_of_an_earlier_attempt_answers_a_request_that_is_sent_again()
    {
        await using var run = await CoordinatedRun.StartAsync();
        run.Control.Decided(new RunRequest("save-1", new RunCommand.Checkpoint()),
            new RunDecision(true, 5, "checkpoint after step 5"));

        var receipt = await run.Client.SendAsync(new RunCommand.Checkpoint(), "", "save-1", cancellationToken: Token);

        Assert.Equal(5, receipt.Decision?.Step);
        Assert.Null(run.Control.Take());
    }

    [Fact]
    public async Task An_id_cannot_mean_two_things()
    {
        await using var run = await CoordinatedRun.StartAsync();
        await run.Client.SendAsync(new RunCommand.Checkpoint(), "", "save-1", cancellationToken: Token);

        var exception = await Assert.ThrowsAsync<RunControlException>(() =>
            run.Client.SendAsync(new RunCommand.Stop(), "", "save-1", cancellationToken: Token));

        Assert.Equal(RunControlFailure.Refused, exception.Failure);
        Assert.Contains("use another id", exception.Message, StringComparison.Ordinal);
        Assert.Equal(new RunCommand.Checkpoint(), run.Control.Take()?.Command);
        Assert.Null(run.Control.Take());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(129)]
    public async Task An_id_that_is_empty_or_too_long_is_refused(int length)
    {
        await using var run = await CoordinatedRun.StartAsync();

        var exception = await Assert.ThrowsAsync<RunControlException>(() =>
            run.Client.SendAsync(
                new RunCommand.Checkpoint(), "", new string('x', length), cancellationToken: Token));

        Assert.Equal(RunControlFailure.Refused, exception.Failure);
        Assert.Contains($"found {length}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_caller_has_written_comes_back_without_what_its_terminal_would_obey()
    {
        await using var run = await CoordinatedRun.StartAsync();

        var exception = await Assert.ThrowsAsync<RunControlException>(() =>
            run.Client.StatusAsync("\u001b[2J\u202etrunk", cancellationToken: Token));

        Assert.Contains("\\u001b[2J\\u202etrunk", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', exception.Message);
    }

    [Fact]
    public async Task A_flood_of_requests_is_refused_before_it_fills_the_memory()
    {
        await using var run = await CoordinatedRun.StartAsync();
        for (var index = 0; index < 256; index++)
            await run.Client.SendAsync(new RunCommand.Checkpoint(), "", $"save-{index}", cancellationToken: Token);

        var exception = await Assert.ThrowsAsync<RunControlException>(() =>
            run.Client.SendAsync(new RunCommand.Checkpoint(), "", "one too many", cancellationToken: Token));

        Assert.Equal(RunControlFailure.Refused, exception.Failure);
        // A decision makes room again.
        run.Control.Decided(run.Control.Take()!, new RunDecision(true, 1, "checkpoint after step 1"));
        await run.Client.SendAsync(new RunCommand.Checkpoint(), "", "one more", cancellationToken: Token);
    }

    [Fact]
    public async Task A_caller_is_told_when_the_run_ends_without_deciding()
    {
        await using var run = await CoordinatedRun.StartAsync();
        var waiting = run.Client.SendAsync(new RunCommand.SetLearningRate(0.5), "", "save-1", Some.Patience, Token);
        await run.TakeAsync();
        // The acceptance is answered before the wait begins: let the second call arrive.
        await run.Client.StatusAsync(cancellationToken: Token);
        await Task.Delay(200, Token);

        await run.EndAsync();

        var exception = await Assert.ThrowsAsync<RunControlException>(() => waiting);
        Assert.Equal(RunControlFailure.Ended, exception.Failure);
        Assert.Contains("ended before it decided request 'save-1'", exception.Message, StringComparison.Ordinal);
    }
}
