using MiniCpmDist.Coordinator.Client;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Coordinator.Tests;

public class ValidationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static RunStatus Stable => Some.Status(100) with { Schedule = Some.Schedule };

    [Fact]
    public void Every_command_and_every_field_of_a_status_survives_the_wire()
    {
        Assert.Equal(RunCommandFields.Names.ToHashSet(), Some.Commands.Select(RunCommandFields.NameOf).ToHashSet());
        foreach (var command in Some.Commands)
            Assert.Equal(command, RunCommandConversion.ToRecord(RunCommandConversion.ToMessage(command)));
        var status = Stable with { IsPaused = true, Sources = [new SourceLoss("docs", 1.5, 0.75, 123)] };

        var back = RunStatusConversion.ToRecord(RunStatusConversion.ToMessage(status));

        Assert.Equal(status with { Sources = [] }, back with { Sources = [] });
        Assert.Equal(status.Sources, back.Sources);
        var schedule = Some.Schedule.Options with
        {
            HalfLife = 77,
            StableIsOpen = true,
            OpenDecay = Extent.OfPercent(12.5),
            Shape = ScheduleShape.Cosine,
            Batches = new BatchPlan
            {
                Stages = [new BatchStage(1, 2, LearningRateRule.Sqrt)],
                Law = new BatchLaw
                {
                    Scale = 3, Exponent = 4, Smoothing = 5, Hysteresis = 6, Min = 7, Max = 8,
                    Rule = LearningRateRule.Linear, Source = "docs",
                },
            },
        };
        foreach (var shape in Enum.GetValues<DecayShape>())
        {
            var command = new RunCommand.BeginDecay(null, shape);
            Assert.Equal(command, RunCommandConversion.ToRecord(RunCommandConversion.ToMessage(command)));
        }
        var other = Stable with { Schedule = Some.Schedule with { Options = schedule } };
        Assert.Equal(other.Schedule, RunStatusConversion.ToRecord(RunStatusConversion.ToMessage(other)).Schedule);
        // A property that is added has to be added to the protocol too, and to this number.
        Assert.Equal(12, schedule.GetType().GetProperties().Length);
    }

    [Fact]
    public async Task A_command_that_does_not_fit_the_run_is_refused_with_what_would()
    {
        await using var run = await CoordinatedRun.StartAsync();
        run.Control.Observe(Stable);

        Assert.Contains("give 512 or 1024", await RefusalAsync(run,
            new RunCommand.SetTokenBatch(1000, LearningRateRule.None)), StringComparison.Ordinal);
        Assert.Contains("docs, code", await RefusalAsync(run,
            new RunCommand.SetMixture(PhaseKind.Stable, [new SourceShare("cats", 1)])), StringComparison.Ordinal);
        Assert.Contains("above zero", await RefusalAsync(run, new RunCommand.SetLearningRate(double.NaN)),
            StringComparison.Ordinal);
        Assert.Contains("`pause` it first", await RefusalAsync(run, new RunCommand.Continue()),
            StringComparison.Ordinal);
        Assert.Contains("the first one no", await RefusalAsync(run, new RunCommand.Branch("../up",
            new(10, ExtentUnit.Percent), false)), StringComparison.Ordinal);
        run.Control.Observe(Stable with { Step = 420, Tokens = 420 * 2048, Phase = PhaseKind.Decay });
        Assert.Contains("branch from a checkpoint", await RefusalAsync(run, new RunCommand.BeginDecay(null, null)),
            StringComparison.Ordinal);
        Assert.Null(run.Control.Take());
    }

    [Fact]
    public async Task A_pause_and_its_continuation_may_follow_each_other_undecided()
    {
        await using var run = await CoordinatedRun.StartAsync();
        run.Control.Observe(Stable);

        await run.Client.SendAsync(new RunCommand.Pause(), cancellationToken: Token);
        await run.Client.SendAsync(new RunCommand.Continue(), cancellationToken: Token);

        Assert.IsType<RunCommand.Pause>(run.Control.Take()?.Command);
        Assert.IsType<RunCommand.Continue>(run.Control.Take()?.Command);
    }

    [Fact]
    public async Task A_refusal_by_the_run_itself_is_told_as_one()
    {
        await using var run = await CoordinatedRun.StartAsync();
        await run.Client.SendAsync(new RunCommand.Pause(), "", "p", cancellationToken: Token);
        run.Control.Decided(run.Control.Take()!, new RunDecision(false, 9, "the decay has begun"));

        var receipt = await run.Client.RequestAsync("p", cancellationToken: Token);

        Assert.Equal(new RunDecision(false, 9, "the decay has begun"), receipt.Decision);
        Assert.Equal(new RunCommand.Pause(), receipt.Request.Command);
    }

    [Fact]
    public async Task An_unknown_run_or_request_is_a_sentence()
    {
        await using var run = await CoordinatedRun.StartAsync();

        var unknown = await Assert.ThrowsAsync<RunControlException>(() => run.Client.StatusAsync("trunk", Token));
        var never = await Assert.ThrowsAsync<RunControlException>(() =>
            run.Client.RequestAsync("never", cancellationToken: Token));

        Assert.Contains("(quickstart), found 'trunk'", unknown.Message, StringComparison.Ordinal);
        Assert.Contains("has not accepted", never.Message, StringComparison.Ordinal);
    }

    private static async Task<string> RefusalAsync(CoordinatedRun run, RunCommand command)
    {
        var exception = await Assert.ThrowsAsync<RunControlException>(
            () => run.Client.SendAsync(command, cancellationToken: Token));
        Assert.Equal(RunControlFailure.Refused, exception.Failure);
        return exception.Message;
    }
}
