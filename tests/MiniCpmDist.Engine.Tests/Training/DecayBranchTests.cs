using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Engine.Training;

namespace MiniCpmDist.Engine.Tests.Training;

public sealed class DecayBranchTests(TinyData data) : IClassFixture<TinyData>
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

    private static string Refusal(TinyRun trunk, long step)
    {
        var refusal = Assert.Throws<ConfigurationException>(() => Branch(trunk, step));
        Assert.False(Directory.Exists(trunk.Folder.Path + "-branch"));
        return refusal.Message;
    }

    private static RunFolder Branch(TinyRun trunk, long step) =>
        DecayBranch.Create(trunk.Folder.Path, step, Extent.Parse("4 steps"), trunk.Folder.Path + "-branch");
}
