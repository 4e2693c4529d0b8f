using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Engine.Tests.Training;
using MiniCpmDist.Runs.Checkpoints;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Journal;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Steering;

/// <summary>Runs whose schedule is changed while they go on. Two steps of warmup, then stable; 96 tokens a
/// step.</summary>
public sealed class LiveScheduleTests(TinyData data)
{
    private static readonly (long AfterStep, RunCommand Command)[] s_script =
    [
        (2, new RunCommand.SetTokenBatch(192, LearningRateRule.Sqrt)),
        (4, new RunCommand.SetLearningRate(0.004)),
        (4, new RunCommand.SetMixture(
            PhaseKind.Stable, [new SourceShare("data", 250_000_000), new SourceShare("more", 750_000_000)])),
        (6, new RunCommand.SetTokenBatch(64, LearningRateRule.None)),
        (8, new RunCommand.BeginDecay(Extent.OfSteps(4), DecayShape.Linear)),
    ];

    [Fact]
    public void A_run_that_is_changed_five_times_has_one_loss_column_on_1_2_and_4_ranks()
    {
        var alone = Mixed(data);
        alone.Train(1, new ScriptedControl(s_script));
        var steps = alone.Steps();

        Assert.Equal([96, 96, 192, 192, 192, 192, 64, 64, 64, 64, 64, 64], steps.Select(step => step.TokenBatch));
        Assert.Equal(0.01 * Math.Sqrt(2), steps[2].LearningRate);
        Assert.Equal(0.004, steps[5].LearningRate);
        Assert.Equal([0.0031, 0.0022, 0.0013, 0.0004], steps.Skip(8).Select(step => Math.Round(step.LearningRate, 9)));
        Assert.Equal(["data"], steps[3].Sources.Select(source => source.Source));
        Assert.Equal(["data", "more"], steps[4].Sources.Select(source => source.Source));
        foreach (var worldSize in (int[])[2, 4])
        {
            var run = Mixed(data);
            run.Train(worldSize, new ScriptedControl(s_script));
            Assert.Equal(Losses(alone), Losses(run));
            Assert.Equal(alone.NewestFiles(), run.NewestFiles());
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(8)]
    [InlineData(9)]
    public void A_run_killed_after_any_step_goes_on_as_it_was_told_and_journals_nothing_twice(long killedAfter)
    {
        var whole = Mixed(data);
        whole.Train(1, new ScriptedControl(s_script));
        // The checkpoints of steps 2, 4, 6 and 8 are saved before the commands of those steps.
        var run = Mixed(data, saveEvery: 96);

        Assert.Throws<KilledException>(() => run.Train(1, new ScriptedControl(s_script), new Killer(killedAfter)));
        var rest = s_script.Where(entry => entry.AfterStep >= killedAfter).ToArray();
        run.Train(2, new ScriptedControl(rest) { Prefix = "again" });

        Assert.Equal(Losses(whole), Losses(run));
        Assert.Equal(s_script.Length, Commands(run).Count);
    }

    [Fact]
    public void A_rollback_behind_a_command_acts_on_it_again_at_its_step()
    {
        var whole = Mixed(data);
        whole.Train(1, new ScriptedControl(s_script));
        var run = Mixed(data, saveEvery: 5 * 96);
        run.Train(1, new ScriptedControl(s_script));
        foreach (var checkpoint in run.Folder.Checkpoints.Where(checkpoint => checkpoint.Step > 4))
            Directory.Delete(checkpoint.Path, recursive: true);

        run.Train(4);

        Assert.Equal(Losses(whole), Losses(run));
        Assert.Equal(s_script.Length, Commands(run).Count);
    }

    [Fact]
    public void A_checkpoint_between_two_commands_of_one_step_has_the_first_and_not_the_second()
    {
        (long AfterStep, RunCommand Command)[] script =
        [
            (3, new RunCommand.SetTokenBatch(192, LearningRateRule.None)),
            (3, new RunCommand.Checkpoint()),
            (3, new RunCommand.SetTokenBatch(288, LearningRateRule.None)),
            (3, new RunCommand.SetLearningRate(0.002)),
            (3, new RunCommand.Stop()),
        ];
        var run = Mixed(data);
        run.Train(1, new ScriptedControl(script));

        run.Train(2);

        Assert.Equal((3L, 192L, 0.01), Saved(run, 3));
        Assert.Equal([96, 96, 96, 288], run.Steps().Take(4).Select(step => step.TokenBatch));
        Assert.Equal(0.002, run.Steps()[3].LearningRate);
        Assert.Equal(3, Commands(run).Count(entry => entry.Details["command"] is "set-batch" or "set-lr"));
    }

    [Fact]
    public void A_request_that_the_journal_knows_is_answered_as_it_was_and_acts_no_more()
    {
        var run = Mixed(data);
        var first = new ScriptedControl(
            (2, new RunCommand.SetTokenBatch(192, LearningRateRule.None)), (3, new RunCommand.BeginDecay(null, null)),
            (4, new RunCommand.Stop()));
        run.Train(1, first);
        // The same names, at another step: a client that has not heard the answers asks again.
        var second = new SameRequests(first);

        Assert.Equal(RunOutcome.Finished, Assert.Single(run.Train(1, second)));

        Assert.Equal(first.Answers, second.Answers);
        Assert.Equal([true, false, true], second.Answers.Select(answer => answer.Accepted));
        Assert.Single(Commands(run), entry => entry.Details["command"] is "set-batch");
    }

    [Fact]
    public void What_the_state_does_not_allow_is_journaled_refused_with_its_reason_and_changes_nothing()
    {
        var undisturbed = Mixed(data);
        undisturbed.Train();
        var run = Mixed(data);
        var control = new ScriptedControl(
            (1, new RunCommand.BeginDecay(Extent.OfSteps(2), null)), (2, new RunCommand.SetLearningRate(double.NaN)),
            (3, new RunCommand.Continue()));

        run.Train(2, control);

        Assert.All(control.Answers, answer => Assert.False(answer.Accepted));
        Assert.Contains("the warmup; ask again in 1 step", control.Answers[0].Outcome, StringComparison.Ordinal);
        Assert.Equal(
            control.Answers.Select(answer => answer.Outcome),
            Entries(run).Where(entry => entry.Event == "command-refused").Select(entry => entry.Details["outcome"]));
        Assert.Equal(Losses(undisturbed), Losses(run));
    }

    [Fact]
    public void A_paused_run_saves_and_takes_changes_and_goes_on_from_where_it_was()
    {
        (long AfterStep, RunCommand Command)[] changes =
        [
            (3, new RunCommand.SetTokenBatch(192, LearningRateRule.None)), (3, new RunCommand.SetLearningRate(0.003)),
        ];
        var whole = Mixed(data);
        whole.Train(1, new ScriptedControl(changes));
        var run = Mixed(data);
        var control = new ScriptedControl(
            [
                (3, new RunCommand.Pause()), (3, new RunCommand.Pause()), changes[0], (3, new RunCommand.Checkpoint()),
                changes[1], (3, new RunCommand.Continue()), (4, new RunCommand.Continue()),
            ])
        { IdleTakes = 2 };

        run.Train(2, control);

        Assert.Equal([true, false, true, true, true, true, false], control.Answers.Select(answer => answer.Accepted));
        Assert.Equal(
            [true, true, true, false],
            control.Told.Where(status => status.Step == 3).Skip(1).Select(status => status.IsPaused));
        Assert.Equal(Losses(whole), Losses(run));
        Assert.Contains(3, run.SavedSteps());
    }

    [Fact]
    public void A_paused_run_can_be_stopped_and_resumes_without_a_pause()
    {
        var run = Mixed(data);

        var control = new ScriptedControl((3, new RunCommand.Pause()), (3, new RunCommand.Stop())) { IdleTakes = 1 };

        Assert.All(
            run.Train(4, control),
            outcome => Assert.Equal(RunOutcome.Stopped, outcome));

        Assert.All(run.Train(2), outcome => Assert.Equal(RunOutcome.Finished, outcome));
    }

    [Fact]
    public void A_stable_phase_until_told_ends_when_told_and_says_so_meanwhile()
    {
        var run = TinyRun.Create(data, options => options with
        {
            Schedule = options.Schedule with { StableIsOpen = true, Stable = 0, OpenDecay = Extent.OfPercent(20) },
        });
        var control = new ScriptedControl((8, new RunCommand.BeginDecay(null, null)));

        Assert.All(run.Train(2, control), outcome => Assert.Equal(RunOutcome.Finished, outcome));

        Assert.Equal(10, run.Steps().Count);
        Assert.Equal([0, 10], control.Told.Where(status => status.Step == 8).Select(status => status.TotalSteps));
        Assert.Equal(0.001, run.Steps()[^1].LearningRate, 1e-12);
        // The end of the stable phase is measured although nobody knew that it would be here.
        Assert.Equal(
            [2, 8, 10],
            run.Metrics().Where(MetricsLine.IsHeldOut).Select(MetricsLine.ParseHeldOut).Select(report => report.Step));
    }

    [Fact]
    public void A_key_edited_between_attempts_wins_over_what_commands_have_made_of_it_and_the_rest_stays()
    {
        var run = Mixed(data);
        run.Train(1, new ScriptedControl(
            (2, new RunCommand.SetLearningRate(0.5)),
            (2, new RunCommand.SetTokenBatch(192, LearningRateRule.None)), (3, new RunCommand.Stop())));

        run.With(options => options with { Schedule = options.Schedule with { LearningRate = 0.002 } }).Train(2);

        Assert.Equal([0.5, 0.002], run.Steps().Skip(2).Take(2).Select(step => step.LearningRate));
        Assert.Equal([192, 192], run.Steps().Skip(2).Take(2).Select(step => step.TokenBatch));
        var change = Assert.Single(Entries(run), entry => entry.Event == "configuration-changed");
        Assert.Equal(
            ("schedule.learning_rate", "0.5", "0.002"),
            (change.Details["key"], change.Details["before"], change.Details["after"]));
    }

    [Fact]
    public void A_command_ahead_of_the_checkpoint_does_not_undo_a_key_that_was_edited_after_it()
    {
        var run = Mixed(data, saveEvery: 3 * 96);
        Assert.Throws<KilledException>(() => run.Train(
            1, new ScriptedControl((4, new RunCommand.SetLearningRate(0.5))), new Killer(5)));
        var edited = run.With(options => options with { Schedule = options.Schedule with { LearningRate = 0.002 } });
        // Neither in the attempt after the edit nor in one that finds the edited file as it was.
        Assert.Throws<KilledException>(() => edited.Train(1, null, new Killer(7)));
        edited.Train(2);

        Assert.All(
            edited.Steps().Where(step => step.Step > 3 && step.Attempt > 1),
            step => Assert.Equal(0.002, step.LearningRate));
        Assert.Equal(3, edited.Steps()[^1].Attempt);
    }

    [Fact]
    public void A_command_given_after_an_edit_outlives_a_kill_before_the_next_checkpoint()
    {
        var run = Mixed(data, saveEvery: 3 * 96);
        run.Train(1, new ScriptedControl((3, new RunCommand.Stop())));
        var edited = run.With(options => options with { Schedule = options.Schedule with { LearningRate = 0.002 } });
        Assert.Throws<KilledException>(() => edited.Train(
            1, new ScriptedControl((4, new RunCommand.SetLearningRate(0.003))) { Prefix = "again" }, new Killer(5)));

        edited.Train(2);

        var last = edited.Steps().Where(step => step.Attempt == 3).Select(step => step.LearningRate).ToArray();
        Assert.Equal([0.002, 0.003, 0.003], last.Take(3));
        Assert.Single(Entries(run), entry => entry.Event == "configuration-changed");
    }

    [Fact]
    public void Another_token_batch_in_the_file_is_a_change_like_any_other()
    {
        var run = Mixed(data);
        run.Train(1, new ScriptedControl((3, new RunCommand.Stop())));

        run.With(options => options with { Schedule = options.Schedule with { TokenBatch = 48 } }).Train(1);

        Assert.Equal(48, run.Steps()[3].TokenBatch);
        Assert.Contains(
            Entries(run),
            entry => entry.Event == "configuration-changed" && entry.Details["key"] is "schedule.token_batch");
    }

    [Fact]
    public void Stages_and_the_law_change_the_batch_by_themselves_on_any_ranks_and_again_after_a_kill()
    {
        foreach (var plan in new[]
        {
            new BatchPlan
            {
                Stages = [new(200, 192, LearningRateRule.Sqrt), new(700, 64, LearningRateRule.None)],
            },
            // Asks for 96 tokens at a loss of 6 and four times as many at 5.
            new BatchPlan
            {
                Law = new BatchLaw { Scale = 96 * Math.Pow(6, 8), Exponent = 8, Smoothing = 200, Min = 96, Max = 960 },
            },
        })
        {
            TinyRun Run(long? saveEvery = null) => TinyRun.Create(data, options => options with
            {
                Schedule = options.Schedule with { Stable = 30 * 96, Batches = plan },
                Checkpoint = options.Checkpoint with { Every = saveEvery },
            });
            var whole = Run();
            whole.Train();
            var run = Run(3 * 96);
            Assert.Throws<KilledException>(() => run.Train(1, null, new Killer(5)));
            run.Train(4);

            Assert.True(whole.Steps().Select(step => step.TokenBatch).Distinct().Count() > 1);
            Assert.Equal(Losses(whole), Losses(run));
            Assert.Contains(Entries(whole), entry => entry.Event == "batch-size" && entry.Details["cause"] is string);
            Assert.Empty(Commands(whole));
        }
    }

    private static TinyRun Mixed(TinyData data, long? saveEvery = null) => TinyRuns.Mixed(data, saveEvery);

    private static IReadOnlyList<JournalEntry> Entries(TinyRun run) => [.. JournalFile.Read(run.Folder.JournalPath)];

    private static IReadOnlyList<JournalEntry> Commands(TinyRun run) =>
        [.. Entries(run).Where(entry => entry.Event == "command")];

    private static IReadOnlyList<(long Step, double Loss)> Losses(TinyRun run) => TinyRuns.Losses(run);

    private static (long Step, long TokenBatch, double LearningRate) Saved(TinyRun run, long step)
    {
        var state = CheckpointReader.LoadState(RunStart.AtStep(run.Folder, step));
        return (state.Step, state.Schedule!.Live.Options.TokenBatch, state.Schedule.Live.Options.LearningRate);
    }

    /// <summary>Sends requests of another control again, all of them at once.</summary>
    private sealed class SameRequests(ScriptedControl before) : IRunControl
    {
        private readonly Queue<RunRequest> _requests = new(before.Requests);

        public List<RunDecision> Answers { get; } = [];

        public RunRequest? Take() => _requests.TryDequeue(out var request) ? request : null;

        public void Decided(RunRequest request, RunDecision decision) => Answers.Add(decision);

        public void Observe(RunStatus status)
        {
        }
    }
}
