using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Core.Tests.Configuration;

public sealed class BranchOptionsTests
{
    private const long Batch = 2048;
    private static readonly RunOptions s_trunk = RunFile.Parse(RunText.Quickstart, RunText.Source);

    [Fact]
    public void A_branch_is_the_trunk_up_to_the_checkpoint_and_then_decays()
    {
        var branch = BranchOptions.From(s_trunk, "runs/trunk", 400, 400 * Batch, Extent.OfSteps(80), "decay-400");

        var (before, after) = (LearningRateSchedule.From(s_trunk.Schedule), LearningRateSchedule.From(branch.Schedule));
        Assert.All(Enumerable.Range(1, 400), step => Assert.Equal(before.At(step * Batch), after.At(step * Batch)));
        Assert.Equal(PhaseKind.Decay, after.PhaseAt(401 * Batch));
        Assert.Equal(480 * Batch, after.TotalTokens);
        Assert.Equal(new ParentOptions("runs/trunk", 400), branch.Parent);
        Assert.Equal(
            s_trunk with { Name = branch.Name, Parent = branch.Parent, Schedule = branch.Schedule }, branch);
        Assert.Equal(branch, RunFile.Parse(RunFile.Write(branch), "run.yaml"));
    }

    [Fact]
    public void A_percentage_is_of_the_whole_branch() =>
        Assert.Equal(
            50 * Batch, BranchOptions.From(s_trunk, "t", 450, 450 * Batch, Extent.OfPercent(10), "b").Schedule.Decay);

    [Theory]
    [InlineData(10, "one of the warmup")]
    [InlineData(460, "one of the decay")]
    public void Outside_the_stable_phase_there_is_no_branch(long step, string found)
    {
        var error = Assert.Throws<ConfigurationException>(
            () => BranchOptions.From(s_trunk, "runs/trunk", step, step * Batch, Extent.OfSteps(80), "b"));

        Assert.Contains(found, error.Message, StringComparison.Ordinal);
        Assert.Contains("steps 20 to 450", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_decay_without_length_and_a_cosine_trunk_are_told_together()
    {
        var cosine = s_trunk with { Schedule = s_trunk.Schedule with { Shape = ScheduleShape.Cosine } };

        var error = Assert.Throws<ConfigurationException>(
            () => BranchOptions.From(cosine, "runs/trunk", 400, 400 * Batch, Extent.OfSteps(0), "b"));

        Assert.Equal(2, error.Faults.Count);
    }
}
