using MiniCpmDist.Core.Checkpoints;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Engine.Tests.Steering;
using MiniCpmDist.Engine.Tests.Training;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Lineage;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Runs;

public sealed class DecayBranchTests(TinyData data)
{
    [Fact]
    public void Only_a_saved_step_of_the_stable_phase_can_be_branched_from()
    {
        // Warm-up to step 2, stable to step 4, decay to step 6; every step is saved.
        var trunk = TinyRun.Create(data, options => options with
        {
            Schedule = options.Schedule with { Stable = 2 * 96, Decay = 2 * 96 },
            Checkpoint = new CheckpointOptions { Every = 96 },
        });
        trunk.Train();

        Assert.Contains("one of the decay", Refusal(trunk, 5), StringComparison.Ordinal);
        Assert.Contains("one of the decay", Refusal(trunk, 6), StringComparison.Ordinal);
        Assert.Contains("one of the warmup", Refusal(trunk, 1), StringComparison.Ordinal);
        Assert.Contains("1, 2, 3, 4, 5, 6", Refusal(trunk, 7), StringComparison.Ordinal);

        var branch = Branch(trunk, 4);
        var (_, options) = RunFolder.Open(branch.Path);
        Assert.Equal((192, 192, 384), (options.Schedule.Warmup, options.Schedule.Stable, options.Schedule.Decay));
        Assert.Equal(4, options.Parent!.Step);
    }

    [Fact]
    public void A_branch_begins_with_the_schedule_that_the_trunk_followed_at_the_checkpoint()
    {
        var trunk = TinyRuns.Mixed(data);
        trunk.Train(1, new ScriptedControl(
            (2, new RunCommand.SetTokenBatch(192, LearningRateRule.None)),
            (3, new RunCommand.SetLearningRate(0.004)),
            (3, new RunCommand.SetMixture(PhaseKind.Decay, [new SourceShare("more", 1_000_000_000)])),
            (4, new RunCommand.Checkpoint()),
            (5, new RunCommand.SetLearningRate(0.5))));

        var (folder, options) = Open(Branch(trunk, 4));
        var branch = TinyRun.Create(data, _ => options with
        {
            Parent = new ParentOptions(trunk.Folder.Path, 4),
        });
        branch.Train(2);

        Assert.Equal((192, 0.004), (options.Schedule.TokenBatch, options.Schedule.LearningRate));
        Assert.Equal([192, 192, 192, 192], branch.Steps().Select(step => step.TokenBatch));
        Assert.All(branch.Steps(), step => Assert.Equal("more", Assert.Single(step.Sources).Source));
        Assert.Equal(4, options.Parent!.Step);
        Assert.True(Directory.Exists(folder.Path));
    }

    [Fact]
    public void A_decayed_run_is_finished_while_its_trunk_goes_on_and_a_stable_phase_can_follow_it()
    {
        var trunk = TinyRuns.Mixed(data, saveEvery: 4 * 96);
        trunk.Train(1, new ScriptedControl((9, new RunCommand.Stop())));
        var decayed = Again(Branch(trunk, 8), trunk.Folder.Path, 8);
        Assert.Equal([RunOutcome.Finished], decayed.Train());

        // WSD-S: from the decayed weights, at the full learning rate, and down again.
        var second = Again(
            DecayBranch.Create(
                decayed.Folder.Path, 12, Extent.OfSteps(2), decayed.Folder.Path + "-second", Extent.OfSteps(3)),
            decayed.Folder.Path, 12);
        second.Train(2);
        Assert.Equal([RunOutcome.Finished], trunk.Train());

        Assert.Equal(
            [0.01, 0.01, 0.01, 0.003162278, 0.001],
            second.Steps().Select(step => Math.Round(step.LearningRate, 9)));
        Assert.Equal(14, trunk.Steps()[^1].Step);
    }

    private TinyRun Again(RunFolder branch, string parent, long step) => TinyRun.Create(
        data, _ => Open(branch).Options with { Parent = new ParentOptions(parent, step) });

    private static (RunFolder Folder, RunOptions Options) Open(RunFolder branch) => RunFolder.Open(branch.Path);

    private static string Refusal(TinyRun trunk, long step)
    {
        var refusal = Assert.Throws<ConfigurationException>(() => Branch(trunk, step));
        Assert.False(Directory.Exists(trunk.Folder.Path + "-branch"));
        return refusal.Message;
    }

    private static RunFolder Branch(TinyRun trunk, long step) =>
        DecayBranch.Create(trunk.Folder.Path, step, Extent.Parse("4 steps"), trunk.Folder.Path + "-branch");
}
