using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Engine.Tests.Steering;
using MiniCpmDist.Engine.Tests.Training;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Replay;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Replay;

/// <summary>A run with two batch changes, a learning rate, a mixture and an early decay, trained again from its
/// journal.</summary>
public sealed class ReplayTests(TinyData data)
{
    private static readonly (long AfterStep, RunCommand Command)[] s_script =
    [
        (2, new RunCommand.SetTokenBatch(192, LearningRateRule.Sqrt)),
        (3, new RunCommand.Checkpoint()),
        (4, new RunCommand.SetLearningRate(0.004)),
        (5, new RunCommand.SetMixture(
            PhaseKind.Stable, [new SourceShare("data", 250_000_000), new SourceShare("more", 750_000_000)])),
        (6, new RunCommand.SetTokenBatch(64, LearningRateRule.None)),
        (8, new RunCommand.BeginDecay(Extent.OfSteps(4), DecayShape.OneMinusSqrt)),
    ];

    [Fact]
    public void A_replay_has_the_loss_column_of_the_run_to_the_last_bit_on_any_ranks()
    {
        var run = TinyRuns.Mixed(data);
        run.Train(2, new ScriptedControl(s_script));

        foreach (var worldSize in (int[])[1, 2, 4])
        {
            var again = Replay(run, worldSize);
            Assert.Equal(TinyRuns.Losses(run), TinyRuns.Losses(again));
            Assert.Null(LossColumn.Read(run.Folder).FirstDifference(LossColumn.Read(again.Folder), 12));
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(10)]
    public void So_has_that_of_a_run_that_was_killed_and_resumed_on_other_ranks(long killedAfter)
    {
        var undisturbed = TinyRuns.Mixed(data);
        undisturbed.Train(1, new ScriptedControl(s_script));
        var run = TinyRuns.Mixed(data, saveEvery: 300);
        Assert.Throws<KilledException>(() => run.Train(1, new ScriptedControl(s_script), new Killer(killedAfter)));
        run.Train(4, new ScriptedControl(
            [.. s_script.Where(entry => entry.AfterStep >= killedAfter)])
        { Prefix = "again" });

        var again = Replay(run, 2);

        Assert.Equal(TinyRuns.Losses(undisturbed), TinyRuns.Losses(run));
        Assert.Equal(TinyRuns.Losses(run), TinyRuns.Losses(again));
    }

    [Fact]
    public void A_run_that_goes_on_is_replayed_up_to_its_newest_step()
    {
        var run = TinyRuns.Mixed(data);
        run.Train(1, new ScriptedControl([.. s_script.Take(4), (6, new RunCommand.Stop())]));

        var again = Replay(run, 2);

        Assert.Equal(6, TinyRuns.Losses(again).Count);
        Assert.Equal(TinyRuns.Losses(run), TinyRuns.Losses(again));
    }

    [Fact]
    public void Keys_that_were_edited_between_attempts_are_edited_at_the_same_steps_again()
    {
        var run = TinyRuns.Mixed(data);
        run.Train(1, new ScriptedControl([.. s_script.Take(3), (5, new RunCommand.Stop())]));
        run.With(options => options with
        {
            Schedule = options.Schedule with { LearningRate = 0.02, TokenBatch = 288, Decay = 200 },
        }).Train(2, new ScriptedControl((7, new RunCommand.SetLearningRate(0.001))) { Prefix = "again" });

        Assert.Equal(2, RunReplay.Of(run.Folder, "again").Segments.Count);
        Assert.Equal(TinyRuns.Losses(run), TinyRuns.Losses(Replay(run, 4)));
    }

    [Fact]
    public void Stages_and_the_law_need_no_command_to_happen_again()
    {
        var run = TinyRun.Create(data, options => options with
        {
            Schedule = options.Schedule with
            {
                Stable = 20 * 96,
                Batches = new BatchPlan
                {
                    Law = new BatchLaw
                    {
                        Scale = 96 * Math.Pow(6, 8), Exponent = 8, Smoothing = 200, Min = 96, Max = 960,
                    },
                },
            },
        });
        run.Train();

        Assert.Empty(RunReplay.Of(run.Folder, "again").Segments.SelectMany(segment => segment.Commands));
        Assert.Equal(TinyRuns.Losses(run), TinyRuns.Losses(Replay(run, 2)));
    }

    [Fact]
    public void A_run_whose_first_configuration_nobody_journaled_is_refused()
    {
        var run = TinyRuns.Mixed(data);
        run.Train(1, new ScriptedControl((3, new RunCommand.Stop())));
        File.WriteAllLines(
            run.Folder.JournalPath, run.Journal().Where(line => !line.Contains("\"yaml\":", StringComparison.Ordinal)));
        run.Train();

        var problem = Assert.Single(Assert.Throws<ConfigurationException>(
            () => RunReplay.Of(run.Folder, "again")).Problems);

        Assert.Contains("the configuration of the first attempt", problem.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_loss_is_told_with_its_step_and_both_numbers()
    {
        var run = TinyRuns.Mixed(data);
        run.Train();
        var changed = run.Metrics();
        changed[3] = changed[3].Replace("\"loss\":", "\"loss\":1", StringComparison.Ordinal);
        var copy = new RunFolder(run.Folder.Path + "-changed");
        Directory.CreateDirectory(copy.Path);
        File.WriteAllLines(copy.MetricsPath, changed);

        var difference = LossColumn.Read(run.Folder).FirstDifference(LossColumn.Read(copy), 12);

        Assert.StartsWith("step 3: loss ", difference, StringComparison.Ordinal);
        Assert.Null(LossColumn.Read(run.Folder).FirstDifference(LossColumn.Read(copy), 2));
    }

    [Fact]
    public void A_flipped_bit_in_the_middle_of_a_journal_stops_a_replay_with_the_line_and_no_resume()
    {
        var run = TinyRuns.Mixed(data);
        run.Train(1, new ScriptedControl(s_script));
        var bytes = File.ReadAllBytes(run.Folder.JournalPath);
        var at = File.ReadAllText(run.Folder.JournalPath).IndexOf("192,\"lr_rule\"", StringComparison.Ordinal);
        bytes[at] ^= 2;
        File.WriteAllBytes(run.Folder.JournalPath, bytes);
        var line = bytes.Take(at).Count(octet => octet == '\n') + 1;

        Assert.Equal([RunOutcome.Finished], run.Train());
        var problem = Assert.Single(
            Assert.Throws<ConfigurationException>(() => RunReplay.Of(run.Folder, "again")).Problems);
        Assert.Equal($"{run.Folder.JournalPath}, line {line}", problem.Where);
        Assert.Contains("checksum", problem.Found, StringComparison.Ordinal);
    }

    private TinyRun Replay(TinyRun run, int worldSize)
    {
        var replay = RunReplay.Of(run.Folder, "again");
        var again = TinyRun.Create(data, _ => replay.Segments[0].Options);
        foreach (var segment in replay.Segments)
        {
            var control = segment.NewControl();
            again.With(_ => segment.Options).Train(worldSize, control);
            Assert.Empty(control.Refusals);
        }
        return again;
    }
}
