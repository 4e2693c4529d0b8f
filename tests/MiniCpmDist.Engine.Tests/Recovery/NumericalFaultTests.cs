using System.Globalization;
using MiniCpmDist.Core.Checkpoints;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Recovery;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Engine.Tests.Steering;
using MiniCpmDist.Engine.Tests.Training;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Journal;
using MiniCpmDist.Runs.Recovery;
using MiniCpmDist.Runs.Replay;
using MiniCpmDist.Runs.Telemetry;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Recovery;

/// <summary>
/// Steps whose numbers are not finite, and losses that jump: skipped, passed over, and given up in the end.
/// </summary>
public sealed class NumericalFaultTests(TinyData data)
{
    private const string ThreeInARow = "step=5 do=poison; step=6 do=poison; step=7 do=poison";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void A_poisoned_step_is_skipped_on_all_ranks_and_the_run_goes_on_as_if_it_had_not_been(int worldSize)
    {
        var seen = new Watcher();
        var run = Create(steps: 8).With("step=5 do=poison");
        run.Train(worldSize, null, seen);

        Assert.Equal([1, 2, 3, 4, 6, 7, 8], run.Steps().Select(step => step.Step));
        Assert.Equal(8 * 96, run.Steps()[^1].Tokens);
        var skip = Assert.Single(Entries(run, "step-skipped"));
        Assert.Equal((5, 5 * 96, "NaN"), (skip.Step, skip.Tokens, skip.Details["gradient_norm"]));
        Assert.True(double.IsFinite(double.Parse((string)skip.Details["loss"]!, CultureInfo.InvariantCulture)));
        Assert.Equal([5], seen.Skipped);
        Assert.Empty(seen.RolledBack);
    }

    [Fact]
    public void A_skipped_step_leaves_weights_and_moments_as_they_were()
    {
        var run = Create(steps: 6, saveEvery: 96).With("step=5 do=poison");
        run.Train(2, new ScriptedControl((5, new RunCommand.Checkpoint())));

        var (before, after) = (Tensors(run, 4), Tensors(run, 5));

        Assert.Equal(before, after);
        Assert.NotEqual(before, Tensors(run, 6));
    }

    [Fact]
    public void A_checkpoint_that_is_due_at_a_skipped_step_waits_for_one_that_is_taken()
    {
        var run = Create(steps: 8, saveEvery: 4 * 96, save: false).With("step=4 do=poison; step=5 do=poison");
        run.Train(2);

        Assert.Equal([6, 8], run.SavedSteps());
    }

    [Fact]
    public void Skipped_steps_have_the_same_bits_on_every_world_size()
    {
        var alone = Create(steps: 8).With("step=5 do=poison");
        alone.Train();

        foreach (var worldSize in (int[])[2, 4])
        {
            var world = Create(steps: 8).With("step=5 do=poison");
            world.Train(worldSize);
            Assert.Equal(alone.NewestFiles(), world.NewestFiles());
        }
    }

    [Fact]
    public void Three_in_a_row_go_back_to_the_checkpoint_and_pass_their_data_over()
    {
        var seen = new Watcher();
        var run = Create(steps: 12, saveEvery: 4 * 96).With(ThreeInARow);

        Assert.Equal([RunOutcome.Finished], run.Train(1, null, seen));

        var rollback = Assert.Single(seen.RolledBack);
        Assert.Equal(
            (RollbackCause.SkippedSteps, 7, 4, 18),
            (rollback.Cause, rollback.FromStep, rollback.ToStep, rollback.Sequences));
        var entry = Assert.Single(Entries(run, "rolled-back"));
        Assert.Equal(
            (7, "skipped-steps", 4L, 18L),
            (entry.Step, entry.Details["cause"], entry.Details["to_step"], entry.Details["sequences"]));
        Assert.Equal([0L, 4L], Entries(run, "run-started").Select(start => start.Step));
        Assert.Equal([5, 6, 7], seen.Skipped);
        Assert.Equal(12, TinyRuns.Losses(run).Count);
        // Step 5 of the second attempt has read what step 8 would have read: the same tokens as in a run that skips
        // three.
        var cursor = Assert.IsType<string>(entry.Details["cursor"]);
        Assert.EndsWith($"/{7 * 6}", cursor, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_checkpoint_it_goes_back_to_the_initial_weights()
    {
        var run = Create(steps: 6, save: false).With("step=1 do=poison; step=2 do=poison; step=3 do=poison");

        run.Train(2);

        Assert.Equal(0L, Assert.Single(Entries(run, "rolled-back")).Details["to_step"]);
        Assert.Equal(6, TinyRuns.Losses(run).Count);
    }

    [Theory]
    [InlineData(2, 5)]
    [InlineData(4, 5)]
    [InlineData(1, 6)]
    [InlineData(2, 9)]
    public void A_kill_after_a_rollback_and_another_world_size_change_no_bit(int worldSize, long killedAfter)
    {
        var undisturbed = Create(steps: 12, saveEvery: 4 * 96).With(ThreeInARow);
        undisturbed.Train();
        var run = Create(steps: 12, saveEvery: 4 * 96).With(ThreeInARow);
        Assert.Throws<KilledException>(() => run.Train(1, null, new KillerAfterRollback(killedAfter)));

        run.Train(worldSize);

        Assert.Equal(TinyRuns.Losses(undisturbed), TinyRuns.Losses(run));
        Assert.Equal(undisturbed.NewestFiles(), run.NewestFiles());
        Assert.Single(Entries(run, "rolled-back"));
    }

    [Fact]
    public void A_kill_between_the_journal_line_and_the_next_attempt_changes_no_bit()
    {
        var undisturbed = Create(steps: 12, saveEvery: 4 * 96).With(ThreeInARow);
        undisturbed.Train();
        var run = Create(steps: 12, saveEvery: 4 * 96).With(ThreeInARow);
        Assert.Throws<KilledException>(() => run.Train(1, null, new KillerAfterRollback(0)));

        run.Train(2);

        Assert.Equal(TinyRuns.Losses(undisturbed), TinyRuns.Losses(run));
        Assert.Equal(undisturbed.NewestFiles(), run.NewestFiles());
    }

    [Fact]
    public void A_kill_between_two_skipped_steps_changes_no_bit()
    {
        var undisturbed = Create(steps: 12, saveEvery: 96).With(ThreeInARow);
        undisturbed.Train();
        var run = Create(steps: 12, saveEvery: 96).With(ThreeInARow);
        Assert.Throws<KilledException>(() => run.Train(1, null, new KillerAfterSkip(6)));

        run.Train(2);

        Assert.Equal(TinyRuns.Losses(undisturbed), TinyRuns.Losses(run));
        Assert.Equal(undisturbed.NewestFiles(), run.NewestFiles());
    }

    [Fact]
    public void A_loss_spike_goes_back_and_passes_the_data_since_the_checkpoint_over()
    {
        var seen = new Watcher();
        var (run, spike) = CreateWithSpike();
        run.Train(2, null, seen);

        Assert.All(seen.RolledBack, rollback => Assert.Equal(RollbackCause.Spike, rollback.Cause));
        var first = seen.RolledBack[0];
        Assert.Equal((spike, spike > 40 ? 40 : 20), (first.FromStep, first.ToStep));
        Assert.Equal((first.FromStep - first.ToStep) * 6, first.Sequences);
        Assert.Equal(60, TinyRuns.Losses(run).Count);
    }

    [Fact]
    public void A_spike_is_judged_alike_on_every_world_size_and_after_a_kill()
    {
        var (undisturbed, spike) = CreateWithSpike();
        undisturbed.Train();
        var (run, _) = CreateWithSpike();
        Assert.Throws<KilledException>(() => run.Train(1, null, new Killer(spike - 3)));

        run.Train(4);

        Assert.Equal(TinyRuns.Losses(undisturbed), TinyRuns.Losses(run));
        Assert.Equal(Rollbacks(undisturbed), Rollbacks(run));
        Assert.NotEmpty(Rollbacks(run));

        static IEnumerable<(long, object?, object?)> Rollbacks(TinyRun run) => Entries(run, "rolled-back")
            .Select(entry => (entry.Step, entry.Details["to_step"], entry.Details["cursor"]));
    }

    [Fact]
    public void After_as_many_rollbacks_as_configured_the_run_ends_and_says_what_was_tried()
    {
        var seen = new Watcher();
        var run = Create(
            steps: 20, saveEvery: 4 * 96, rollbacks: 2,
            faults: string.Join("; ", Enumerable.Range(5, 16).Select(step => $"step={step} do=poison")));

        var exception = Assert.Throws<DivergedException>(() => run.Train(1, null, seen));

        Assert.Equal(7, exception.Step);
        Assert.Equal(2, seen.RolledBack.Count);
        Assert.Equal([7], seen.Diverged);
        Assert.Contains("the checkpoint of step 4 2 time(s)", exception.Message, StringComparison.Ordinal);
        Assert.Equal([2, 4], run.SavedSteps());

        // A second try under the same configuration knows what was tried; one with another begins to count anew.
        Assert.Throws<DivergedException>(() => run.Train());
        Assert.Equal(2, Entries(run, "rolled-back").Count);
        run.With(options => options with { Schedule = options.Schedule with { LearningRate = 0.001 } })
            .With(faults: null).Train();
        Assert.Equal(20, TinyRuns.Losses(run)[^1].Step);
    }

    [Fact]
    public void A_held_out_loss_that_is_no_number_at_the_end_goes_back_and_ends_as_diverged_with_nothing_saved()
    {
        var seen = new Watcher();
        // Two skipped steps are too few for the rule that counts them.
        var run = Create(steps: 4, save: false, learningRate: 1e6);

        var exception = Assert.Throws<DivergedException>(() => run.Train(2, null, seen));

        Assert.Contains("held-out loss NaN", exception.Message, StringComparison.Ordinal);
        Assert.Equal(3, seen.RolledBack.Count);
        Assert.All(seen.RolledBack, rollback => Assert.Equal(RollbackCause.HeldOutLoss, rollback.Cause));
        Assert.Contains(
            run.Metrics(), line => line.Contains("\"held_out_loss\":null", StringComparison.Ordinal));
        Assert.Empty(run.SavedSteps());
    }

    [Fact]
    public void A_held_out_loss_that_is_no_number_on_the_way_is_written_as_null_and_the_steps_decide()
    {
        var seen = new Watcher();
        var run = Create(steps: 12, save: false, learningRate: 1e6)
            .With(options => options with { Data = options.Data with { EvaluateEvery = Interval.OfSteps(1) } });

        Assert.Throws<DivergedException>(() => run.Train(1, null, seen));

        Assert.All(seen.RolledBack, rollback => Assert.Equal(RollbackCause.SkippedSteps, rollback.Cause));
        Assert.Contains(
            run.Metrics(), line => line.Contains("\"held_out_loss\":null", StringComparison.Ordinal));
    }

    [Fact]
    public void A_replay_reproduces_skipped_steps_and_rollbacks()
    {
        var run = Create(steps: 12, saveEvery: 4 * 96).With(ThreeInARow + "; step=10 do=poison");
        run.Train(2);

        foreach (var worldSize in (int[])[1, 4])
        {
            var replay = RunReplay.Of(run.Folder, "again");
            var again = TinyRun.Create(data, _ => replay.Segments[0].Options).With(run.Faults);
            foreach (var segment in replay.Segments)
            {
                segment.PassOver(again.Folder);
                var control = segment.NewControl();
                again.With(_ => segment.Options).Train(worldSize, control);
                Assert.Empty(control.Refusals);
            }
            Assert.Null(LossColumn.Read(run.Folder).FirstDifference(LossColumn.Read(again.Folder), replay.LastStep));
        }
    }

    /// <summary>
    /// A run that learns nothing, so that its losses differ by what is read alone, and that takes the highest of them,
    /// by its own measure, for a spike: whatever the data are, the first one comes at a known step.
    /// </summary>
    private (TinyRun Run, long Spike) CreateWithSpike()
    {
        var quiet = CreateIdle(spike: null);
        quiet.Train();
        var losses = quiet.Steps().Select(step => step.Loss).ToArray();
        var (height, step) = Enumerable.Range(RecoveryOptions.SmallestSpikeWindow, 28)
            .Select(done => (Deviations(losses[..done], losses[done]), done + 1L))
            .Max();
        return (CreateIdle(spike: height * 0.999), step);

        TinyRun CreateIdle(double? spike) => Create(
            60, 20 * 96, save: false, learningRate: 1e-9, spike, rollbacks: 100);

        static double Deviations(double[] usual, double loss)
        {
            var deviation = Math.Sqrt(usual.Sum(value => Math.Pow(value - usual.Average(), 2)) / usual.Length);
            return (loss - usual.Average()) / Math.Max(deviation, 0.001 * usual.Average());
        }
    }

    private TinyRun Create(
        int steps, long? saveEvery = null, bool save = true, double learningRate = 0.01, double? spike = null,
        int rollbacks = 3, string? faults = null) => TinyRun.Create(data, options => options with
        {
            Schedule = data.Options(steps).Schedule with { LearningRate = learningRate },
            Checkpoint = new CheckpointOptions { Every = saveEvery, AtPhaseEnds = save },
            Recovery = new RecoveryOptions { Spike = spike, Rollbacks = rollbacks, SpikeWindow = 64 },
        }).With(faults);

    private static List<JournalEntry> Entries(TinyRun run, string kind) =>
        [.. JournalFile.Read(run.Folder.JournalPath).Where(entry => entry.Event == kind)];

    private static SortedDictionary<string, byte[]> Tensors(TinyRun run, long step)
    {
        var files = TinyRun.Files(run.Folder.Checkpoints.Single(checkpoint => checkpoint.Step == step));
        foreach (var name in files.Keys.ToArray())
        {
            if (!name.EndsWith(".safetensors", StringComparison.Ordinal))
                files.Remove(name);
        }
        return files;
    }

    private sealed class Watcher : IStepObserver
    {
        void IStepObserver.Skipped(long step, double loss, double gradientNorm) => Skipped.Add(step);

        void IStepObserver.RolledBack(RollbackReport report) => RolledBack.Add(report);

        void IStepObserver.Diverged(long step, double loss, double gradientNorm) => Diverged.Add(step);

        public List<long> Skipped { get; } = [];

        public List<RollbackReport> RolledBack { get; } = [];

        public List<long> Diverged { get; } = [];
    }

    private sealed class KillerAfterRollback(long step) : IStepObserver
    {
        private bool _isBack;

        public void RolledBack(RollbackReport report)
        {
            if (step == 0)
                throw new KilledException();
            _isBack = true;
        }

        public void Stepped(StepReport report, RunProgress progress)
        {
            if (_isBack && report.Step == step)
                throw new KilledException();
        }
    }

    private sealed class KillerAfterSkip(long step) : IStepObserver
    {
        public void Skipped(long skipped, double loss, double gradientNorm)
        {
            if (skipped == step)
                throw new KilledException();
        }
    }
}
