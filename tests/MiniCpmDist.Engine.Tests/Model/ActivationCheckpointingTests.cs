using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Model.Graph;
using MiniCpmDist.Engine.Optimization;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Model;

/// <summary>Computing again instead of keeping: it costs time, and no bit.</summary>
public sealed class ActivationCheckpointingTests
{
    /// <summary>Rows longer than a block of queries, so that no path through attention is left out.</summary>
    private static readonly long[] s_batch = [2, 150];

    private static readonly int[] s_packed = [100, 30, 12, 8, 1, 149];

    public static TheoryData<KernelSet, ActivationCheckpointing, bool> Cases()
    {
        var cases = new TheoryData<KernelSet, ActivationCheckpointing, bool>();
        foreach (var kernels in new[] { KernelSet.Fused, KernelSet.Plain })
        {
            foreach (var checkpointing in new[] { ActivationCheckpointing.Selective, ActivationCheckpointing.Full })
            {
                cases.Add(kernels, checkpointing, false);
                cases.Add(kernels, checkpointing, true);
            }
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Loss_and_gradients_have_the_bits_of_a_model_that_keeps_everything(
        KernelSet kernels, ActivationCheckpointing checkpointing, bool packed)
    {
        foreach (var tied in new[] { true, false })
        {
            var shape = SmallModel.Shape with { TieWordEmbeddings = tied };

            var kept = LossAndGradients(shape, kernels, ActivationCheckpointing.None, packed);

            Assert.Equal(kept, LossAndGradients(shape, kernels, checkpointing, packed));
            Assert.Contains(kept, value => value != 0);
        }
    }

    [Theory]
    [InlineData(ActivationCheckpointing.Selective, false)]
    [InlineData(ActivationCheckpointing.Selective, true)]
    [InlineData(ActivationCheckpointing.Full, false)]
    [InlineData(ActivationCheckpointing.Full, true)]
    public void So_they_have_in_float64(ActivationCheckpointing checkpointing, bool packed) =>
        Assert.Equal(InFloat64(ActivationCheckpointing.None, packed), InFloat64(checkpointing, packed));

    [Theory]
    [InlineData(KernelSet.Fused)]
    [InlineData(KernelSet.Plain)]
    public void Without_gradients_nothing_is_computed_for_a_backward_that_never_comes(KernelSet kernels)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = new MiniCpmForCausalLM(
            SmallModel.Shape, kernels: kernels, checkpointing: ActivationCheckpointing.Full);
        using var flat = FlatParameters.BindFrozen(model);
        flat.Initialize(seed: 3);

        var loss = model.LossSum(SmallModel.RandomIds(1, s_batch), SmallModel.RandomIds(2, s_batch));

        Assert.False(loss.requires_grad);
        Assert.True(double.IsFinite(loss.item<double>()));
    }

    /// <summary>Of two micro-batches, the second of which adds to the first one's gradients.</summary>
    private static double[] LossAndGradients(
        ModelShape shape, KernelSet kernels, ActivationCheckpointing checkpointing, bool packed)
    {
        using var model = new MiniCpmForCausalLM(shape, kernels: kernels, checkpointing: checkpointing);
        using var flat = new FlatModel(model);
        flat.Parameters.Initialize(seed: 3);
        flat.Gradients.Clear();
        var losses = BackTwice(model, packed);
        var sums = flat.Gradients.Sums;
        return [.. losses, .. sums.Span(0, (int)sums.Length).ToArray().Select(value => (double)value)];
    }

    private static double[] InFloat64(ActivationCheckpointing checkpointing, bool packed)
    {
        using var model = SmallModel.Create(ScalarType.Float64, checkpointing);
        var losses = BackTwice(model, packed);
        using var scope = NewDisposeScope();
        return
        [
            .. losses,
            .. model.named_parameters()
                .SelectMany(entry => entry.parameter.grad!.contiguous().data<double>().ToArray()),
        ];
    }

    private static double[] BackTwice(MiniCpmForCausalLM model, bool packed)
    {
        var losses = new List<double>();
        foreach (var seed in new ulong[] { 1, 2 })
        {
            using var scope = NewDisposeScope();
            var loss = model.LossSum(
                SmallModel.RandomIds(seed, s_batch), SmallModel.RandomIds(seed + 10, s_batch), packed ? s_packed : null,
                gradientFactor: 0.25) * 0.25;
            BackwardPass.Run(loss);
            losses.Add(loss.item<double>());
        }
        return [.. losses];
    }
}
