using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Runs.Checkpoints;

namespace MiniCpmDist.Runs.Tests.Checkpoints;

public sealed class OptimizerFilesTests
{
    [Theory]
    [InlineData(1000, "a b c d")]       // all fit
    [InlineData(240, "a b c d")]        // exactly
    [InlineData(239, "a b c|d")]
    [InlineData(80, "a b|c|d")]         // c is larger than a file may be: one of its own, uncut
    [InlineData(1, "a|b|c|d")]
    public void Files_are_closed_before_they_grow_too_large_and_tensors_stay_whole(long fileBytes, string expected)
    {
        Slot[] slots = [Slot("a", 10), Slot("b", 10), Slot("c", 30), Slot("d", 10)];

        var files = OptimizerFiles.Cut(slots, OptimizerFiles.SecondMoments, fileBytes);

        Assert.Equal(
            expected,
            string.Join('|', files.Select(file => string.Join(' ', file.Slots.Select(slot => slot.Spec.Name)))));
        Assert.Equal(
            Enumerable.Range(1, files.Count).Select(number => $"optimizer-exp_avg_sq-0000{number}.safetensors"),
            files.Select(file => file.Name));
    }

    private static Slot Slot(string name, long count) =>
        new(new ParameterSpec(name, [count], 0, LearningRateGroup.Full, name), 0);
}
