using MiniCpmDist.Core.Checkpoints;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Engine.Tests.Steering;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Recovery;
using MiniCpmDist.Runs.Telemetry;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Training;

public sealed class TrainingLoopTests(TinyData data)
{
    [Fact]
    public void Commands_act_on_all_ranks_at_the_same_step_and_a_resume_ends_with_the_bits_of_an_undisturbed_run()
    {
        var undisturbed = TinyRun.Create(data);
        undisturbed.Train();
        var run = TinyRun.Create(data);
        var control = new ScriptedControl((2, new RunCommand.Checkpoint()), (4, new RunCommand.Stop()));

        var outcomes = run.Train(2, control);

        Assert.All(outcomes, outcome => Assert.Equal(RunOutcome.Stopped, outcome));
        Assert.Equal([(2, new RunCommand.Checkpoint()), (4, new RunCommand.Stop())], control.Decisions);
        Assert.Equal([2, 4], run.SavedSteps());
        Assert.Equal([1, 2, 3, 4], run.Steps().Select(step => step.Step));
        Assert.DoesNotContain(run.Journal(), line => line.Contains("run-finished", StringComparison.Ordinal));

        Assert.All(run.Train(4), outcome => Assert.Equal(RunOutcome.Finished, outcome));
        Assert.Equal(undisturbed.NewestFiles(), run.NewestFiles());
    }

    [Fact]
    public void A_command_is_in_the_journal_before_anybody_acts_on_it()
    {
        var run = TinyRun.Create(
            data, options => options with { Checkpoint = new CheckpointOptions { AtPhaseEnds = false } });
        var seen = new List<(string LastEvent, int Folders)>();
        var control = new ScriptedControl((2, new RunCommand.Checkpoint()))
        {
            OnDecided = (command, step) =>
            {
                var last = JournalEntry.Parse(Lines(run.Folder.JournalPath)[^1]);
                Assert.Equal(command.Id, last.Details["request"]);
                Assert.Equal(RunCommandFields.NameOf(command.Command), last.Details["command"]);
                Assert.Equal(step, last.Step);
                // Finished checkpoints as well as those that are being written.
                seen.Add((last.Event, Directory.Exists(run.Folder.CheckpointsPath)
                    ? Directory.GetDirectories(run.Folder.CheckpointsPath).Length : 0));
            },
        };

        run.Train(2, control);

        Assert.Equal([("command", 0)], seen);
        Assert.Contains(2, run.SavedSteps());
    }

    [Fact]
    public void A_step_that_is_saved_is_not_saved_again()
    {
        var observer = new SaveCounter();
        var run = TinyRun.Create(
            data, options => options with { Checkpoint = new CheckpointOptions { Every = 2 * 96 } });

        run.Train(1, new ScriptedControl((2, new RunCommand.Checkpoint()), (4, new RunCommand.Stop())), observer);
        run.Train(1, new ScriptedControl((0, new RunCommand.Stop())), observer);

        Assert.Equal([2, 4], observer.Steps);
        Assert.Equal([2, 4], run.SavedSteps());
        Assert.Equal(2, run.Journal().Count(line => JournalEntry.Parse(line).Event == "checkpoint"));
    }

    [Fact]
    public void A_learning_rate_beyond_reason_ends_in_a_DivergedException_and_leaves_no_line_that_is_not_a_number()
    {
        var run = TinyRun.Create(
            data, options => options with { Schedule = options.Schedule with { LearningRate = 1e30 } });

        var exception = Assert.Throws<DivergedException>(() => run.Train());

        // The first update spoils the weights; every attempt skips what follows.
        Assert.InRange(exception.Step, 4, 6);
        Assert.Equal([1L], run.Steps().Select(step => step.Step).Distinct());
        Assert.All(run.Steps(), step => Assert.True(double.IsFinite(step.Loss)));
        Assert.Empty(run.SavedSteps());
    }

    private static string[] Lines(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private sealed class SaveCounter : IStepObserver
    {
        public List<long> Steps { get; } = [];

        public void Saved(string checkpointPath, long step) => Steps.Add(step);
    }
}
