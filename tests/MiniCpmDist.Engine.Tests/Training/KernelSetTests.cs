using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Tests.Steps;
using MiniCpmDist.Native.TorchExt;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Training;

public sealed class KernelSetTests(TinyData data)
{
    /// <summary>200 steps of nano are compared by tests/bench/curves.</summary>
    [Fact]
    public void Fused_and_plain_kernels_follow_one_loss_curve_and_differ_by_rounding()
    {
        ComputeThreads.Set(1);

        var (plain, fused) = (Losses(KernelSet.Plain), Losses(KernelSet.Fused));

        Assert.NotEqual(plain, fused);
        // Each step makes more of what rounding did before, the more the larger the learning rate is.
        Assert.Equal(plain[0], fused[0], 1e-6 * plain[0]);
        Assert.All(plain.Zip(fused), pair => Assert.Equal(pair.First, pair.Second, 2e-5 * pair.First));
        Assert.True(fused[^1] < fused[0]);
    }

    [Fact]
    public void A_checkpoint_has_the_same_files_whichever_kernels_made_it_and_is_not_continued_by_the_others()
    {
        var fused = TinyRun.Create(data, options => options with { Kernels = KernelSet.Fused });
        var plain = TinyRun.Create(data, options => options with { Kernels = KernelSet.Plain });
        fused.Train();
        plain.Train();

        Assert.Equal(Tensors(plain), Tensors(fused));
        var refusal = Assert.Throws<ConfigurationException>(
            () => fused.With(options => options with { Kernels = KernelSet.Plain }).Train());
        Assert.Equal("kernels", Assert.Single(refusal.Problems).Where);
    }

    private static IEnumerable<(string Name, int Bytes)> Tensors(TinyRun run) =>
        from file in run.NewestFiles()
        where file.Key.EndsWith(".safetensors", StringComparison.Ordinal)
        select (file.Key, file.Value.Length);

    private double[] Losses(KernelSet kernels) =>
    [
        .. TinySteps.Train(
            data.Options() with { Kernels = kernels }, new LoopbackCommunicator(), steps: 20, sequences: 6,
            learningRate: 0.001).Select(step => step.Loss),
    ];
}
