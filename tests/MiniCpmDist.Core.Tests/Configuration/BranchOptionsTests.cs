using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;

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
        Assert.Contains("40960 to 921600 tokens", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_decay_without_length_and_a_cosine_trunk_are_told_together()
    {
        var cosine = s_trunk with { Schedule = s_trunk.Schedule with { Shape = ScheduleShape.Cosine } };

        var error = Assert.Throws<ConfigurationException>(
            () => BranchOptions.From(cosine, "runs/trunk", 400, 400 * Batch, Extent.OfSteps(0), "b"));

        Assert.Equal(2, error.Problems.Count);
    }

    [Fact]
    public void A_decayed_checkpoint_goes_on_at_the_full_learning_rate_and_decays_again()
    {
        var second = BranchOptions.From(
            s_trunk, "runs/first", 500, 500 * Batch, Extent.OfPercent(10), "second", Extent.OfSteps(400));

        var schedule = LearningRateSchedule.From(second.Schedule, 500 * Batch);
        Assert.Equal(0.01, schedule.At(501 * Batch));
        Assert.Equal(0.01, schedule.At(900 * Batch));
        Assert.Equal((900 * Batch, 1000 * Batch), (schedule.DecayStart, schedule.TotalTokens));
        Assert.Equal(0.001, schedule.At(1000 * Batch), 1e-12);
        Assert.Equal(second, RunFile.Parse(RunFile.Write(second), "run.yaml"));
    }

    [Fact]
    public void A_trunk_without_an_end_can_be_branched_from_at_any_step_after_the_warmup()
    {
        var open = s_trunk with
        {
            Schedule = s_trunk.Schedule with
            {
                StableIsOpen = true,
                Stable = 0,
                Decay = 0,
                OpenDecay = Extent.OfPercent(10),
            },
        };

        var branch = BranchOptions.From(open, "t", 90_000, 90_000 * Batch, Extent.OfPercent(10), "b");

        Assert.False(branch.Schedule.StableIsOpen);
        Assert.Equal(10_000 * Batch, branch.Schedule.Decay);
        Assert.Equal(branch, RunFile.Parse(RunFile.Write(branch), "run.yaml"));
    }
}
