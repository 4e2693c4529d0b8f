using MiniCpmDist.Core.Checkpoints;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Engine.Tests.Steering;
using MiniCpmDist.Engine.Tests.Training;
using MiniCpmDist.Engine.Training;
using MiniCpmDist.Engine.Training.Saving;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Lineage;
using MiniCpmDist.Runs.Telemetry;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Saving;

/// <summary>Six steps, of which two are warmup and, where a test says so, two decay.</summary>
public sealed class CheckpointTriggerTests(TinyData data)
{
    [Fact]
    public void Where_warmup_and_stable_phase_end_there_is_a_checkpoint_that_a_decay_can_branch_from()
    {
        var run = TinyRun.Create(data, WithDecay);

        run.Train(2);

        Assert.Equal([(2, "phase-end"), (4, "phase-end"), (6, "end")], Saved(run));
        foreach (var step in (long[])[2, 4])
            DecayBranch.Create(run.Folder.Path, step, Extent.OfSteps(2), $"{run.Folder.Path}-from-{step}");
    }

    [Fact]
    public void Who_does_not_want_phase_ends_gets_none_and_the_interval_goes_on_as_if_they_were_not_there()
    {
        var without = TinyRun.Create(data, options => WithDecay(options) with
        {
            Checkpoint = new CheckpointOptions { Every = 3 * 96, AtPhaseEnds = false },
        });
        var with = TinyRun.Create(data, options => WithDecay(options) with
        {
            Checkpoint = new CheckpointOptions { Every = 3 * 96 },
        });

        without.Train();
        with.Train();

        Assert.Equal([(3, "interval"), (6, "end")], Saved(without));
        Assert.Equal([(2, "phase-end"), (3, "interval"), (4, "phase-end"), (6, "end")], Saved(with));
        Assert.Equal(without.Steps().Select(step => step.Loss), with.Steps().Select(step => step.Loss));
    }

    [Fact]
    public void Rank_0s_clock_says_for_all_when_the_time_between_two_checkpoints_has_passed_and_any_checkpoint_counts()
    {
        var clock = new HandClock();
        var run = TinyRun.Create(data, options => options with
        {
            Checkpoint = new CheckpointOptions { EveryTime = TimeSpan.FromMinutes(30), AtPhaseEnds = false },
        }).With(new AttemptOptions { Clock = clock });

        // A step takes 12 minutes: the command after step 2 puts the third of them off.
        run.Train(4, new ScriptedControl((2, new RunCommand.Checkpoint())), new Turning(clock, 12 * 60));

        Assert.Equal([(2, "command"), (5, "time"), (6, "end")], Saved(run));
    }

    [Fact]
    public void A_signal_before_the_first_step_ends_a_run_that_begins_anew_when_it_is_resumed()
    {
        var requests = new SaveRequests();
        requests.Ask(new SaveRequest("SIGUSR1", ThenEnd: false));
        requests.Ask(new SaveRequest("SIGTERM", ThenEnd: true));
        var run = TinyRun.Create(data).With(new AttemptOptions { Requests = requests });

        Assert.All(run.Train(2), outcome => Assert.Equal(RunOutcome.Interrupted, outcome));

        Assert.Empty(Saved(run));
        Assert.Equal([RunOutcome.Finished], run.With(new AttemptOptions()).Train());
    }

    [Fact]
    public void A_signal_that_asks_for_a_checkpoint_is_answered_once()
    {
        var requests = new SaveRequests();
        var run = TinyRun.Create(data).With(new AttemptOptions { Requests = requests });

        run.Train(2, null, new Signalling(requests, atStep: 3));

        Assert.Equal([(2, "phase-end"), (3, "signal"), (6, "end")], Saved(run));
    }

    private static RunOptions WithDecay(RunOptions options) => options with
    {
        Schedule = options.Schedule with { Stable = 2 * 96, Decay = 2 * 96 },
        Checkpoint = new CheckpointOptions(),
    };

    private static IEnumerable<(int Step, string Cause)> Saved(TinyRun run) => run.Journal()
        .Select(JournalEntry.Parse)
        .Where(entry => entry.Event == "checkpoint")
        .Select(entry => ((int)entry.Step, (string)entry.Details["cause"]!));

    private sealed class Turning(HandClock clock, double seconds) : IStepObserver
    {
        public void Stepped(StepReport report, RunProgress progress) => clock.Turn(seconds);
    }

    private sealed class Signalling(SaveRequests requests, long atStep) : IStepObserver
    {
        public void Stepped(StepReport report, RunProgress progress)
        {
            if (report.Step == atStep)
                requests.Ask(new SaveRequest("SIGUSR1", ThenEnd: false));
        }
    }
}
