using System.Runtime.InteropServices;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Engine.Tests.Steps;
using MiniCpmDist.Native.TorchExt;
using MiniCpmDist.Runs.Checkpoints;
using MiniCpmDist.Tests.Fixtures;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Training;

public sealed class PrecisionTests(TinyData data)
{
    /// <summary>tests/bench/curves compares longer ones of nano.</summary>
    [Fact]
    public void The_loss_of_bfloat16_follows_that_of_float32_and_is_another()
    {
        ComputeThreads.Set(1);

        var (wide, narrow) = (Losses(Precision.Float32), Losses(Precision.BFloat16));

        Assert.NotEqual(wide, narrow);
        Assert.All(wide.Zip(narrow), pair => Assert.Equal(pair.First, pair.Second, 0.02 * pair.First));
        Assert.True(narrow[^1] < 0.99 * narrow[0]);
    }

    [Fact]
    public void Worlds_of_1_2_and_4_have_one_loss_column_in_bfloat16_and_one_checkpoint()
    {
        var alone = NewRun();
        alone.Train();

        foreach (var worldSize in (int[])[2, 4])
        {
            var run = NewRun();
            run.Train(worldSize);
            Assert.Equal(TinyRuns.Losses(alone), TinyRuns.Losses(run));
            Assert.Equal(alone.NewestFiles(), run.NewestFiles());
        }
    }

    [Fact]
    public void A_run_in_bfloat16_that_is_resumed_elsewhere_ends_with_the_bits_of_one_that_was_not()
    {
        var whole = NewRun();
        whole.Train(worldSize: 2);
        var cut = NewRun();
        cut.Train();
        Directory.Delete(cut.Folder.NewestCheckpoint!.Path, recursive: true);
        Assert.Equal(3, cut.Folder.NewestCheckpoint!.Step);

        cut.Train(worldSize: 4);

        Assert.Equal(TinyRuns.Losses(whole), TinyRuns.Losses(cut));
        Assert.Equal(whole.NewestFiles(), cut.NewestFiles());
    }

    [Fact]
    public void Checkpoints_keep_what_bfloat16_cannot_hold()
    {
        var run = NewRun();
        run.Train(worldSize: 2);

        var rounded = 0L;
        var count = 0L;
        SafeTensorsFile.Read(Path.Combine(run.Folder.NewestCheckpoint!.Path, "model.safetensors"), (_, _, block) =>
        {
            foreach (var bits in MemoryMarshal.Cast<float, uint>(block))
                rounded += (bits & 0xFFFF) == 0 ? 1 : 0;
            count += block.Length;
        });

        Assert.InRange(rounded, 0, count / 10);
    }

    [Fact]
    public void Products_that_take_scratch_space_by_themselves_find_memory_that_is_kept()
    {
        TensorMemory.KeepFreed();
        using var scope = NewDisposeScope();
        var (left, right) = (ones([300, 200], ScalarType.BFloat16), ones([200, 100], ScalarType.BFloat16));

        Assert.Equal(200f, left.matmul(right).to(ScalarType.Float32).amax([0L, 1L]).item<float>());
    }

    [Fact]
    public void A_run_does_not_go_on_in_another_precision()
    {
        var run = NewRun();
        run.Train();

        var refusal = Assert.Throws<ConfigurationException>(
            () => run.With(options => options with { Precision = Precision.Float32 }).Train());

        Assert.Equal("precision", Assert.Single(refusal.Problems).Where);
    }

    private TinyRun NewRun() => TinyRun.Create(data, options => Narrow(options) with
    {
        Checkpoint = options.Checkpoint with { Every = 3 * 96 },
    });

    private static RunOptions Narrow(RunOptions options) =>
        options with { Precision = Precision.BFloat16, Kernels = KernelSet.Plain };

    private double[] Losses(Precision precision) =>
    [
        .. TinySteps.Train(
            Narrow(data.Options()) with { Precision = precision }, new LoopbackCommunicator(), steps: 20, sequences: 6,
            learningRate: 0.001).Select(step => step.Loss),
    ];
}
