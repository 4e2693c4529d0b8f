using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Model;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Model;

public sealed class AdaptersParityTests
{
    [Theory]
    [InlineData(KernelSet.Fused)]
    [InlineData(KernelSet.Plain)]
    [InlineData(KernelSet.Fused, ActivationCheckpointing.Full)]
    [InlineData(KernelSet.Fused, ActivationCheckpointing.Selective)]
    [InlineData(KernelSet.Plain, ActivationCheckpointing.Full)]
    public void Loss_logits_and_the_gradient_of_every_adapter_agree_with_the_reference_and_weights_get_none(
        KernelSet kernels, ActivationCheckpointing checkpointing = ActivationCheckpointing.None)
    {
        using var golden = GoldenFile.Open("adapters");
        using var started = new GoldenModel(golden, kernels, checkpointing);
        foreach (var slot in started.Flat.Parameters.Layout.Slots)
            started.Flat.Parameters.Write(slot.Offset, [.. golden["start." + slot.Spec.Name].data<float>()]);
        using var scope = NewDisposeScope();

        golden.RequireClose("loss", started.LossAndGradients(golden["input_ids"], golden["targets"]));

        foreach (var (name, parameter) in started.Model.named_parameters())
        {
            if (AdapterList.IsAdapter(name))
                golden.RequireClose("gradient." + name, parameter.grad!);
            else
                Assert.True(!parameter.requires_grad && parameter.grad is null, $"{name} has a gradient");
        }
        using var frozen = no_grad();
        golden.RequireClose("logits", started.Model.Logits(golden["input_ids"]));
    }

    [Theory]
    [InlineData(KernelSet.Fused)]
    [InlineData(KernelSet.Plain)]
    public void A_model_with_new_adapters_has_the_bits_that_it_has_without(KernelSet kernels)
    {
        using var golden = GoldenFile.Open("adapters");
        using var adapted = new GoldenModel(golden, kernels);
        using var plain = new MiniCpmForCausalLM(golden.Shape, kernels: kernels);
        using var flat = new FlatModel(plain);
        flat.Parameters.Initialize(golden.Facts.GetProperty("seed").GetUInt64());
        using var scope = NewDisposeScope();
        using var frozen = no_grad();

        var (found, expected) = (adapted.Model.Logits(golden["input_ids"]), plain.Logits(golden["input_ids"]));

        Assert.Equal([.. expected.data<float>()], found.data<float>().ToArray());
    }
}
