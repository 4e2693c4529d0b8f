using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Model.Graph;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Model;

public sealed class NanoParityTests
{
    [Theory]
    [InlineData(KernelSet.Fused)]
    [InlineData(KernelSet.Plain)]
    public void Loss_logits_and_every_gradient_of_nano_agree_with_the_float64_reference_as_well_as_PyTorchs_float32(
        KernelSet kernels)
    {
        using var golden = GoldenFile.Open("nano");
        var shape = ModelPresets.All["nano"];
        using var model = new MiniCpmForCausalLM(shape, kernels: kernels);
        using var flat = new FlatModel(model);
        flat.Parameters.Initialize(golden.Facts.GetProperty("seed").GetUInt64());
        using var scope = NewDisposeScope();

        var sum = model.LossSum(golden["input_ids"], golden["targets"]);
        var loss = sum / golden.Facts.GetProperty("loss_positions").GetInt64();
        BackwardPass.Run(loss);

        golden.RequireClose("loss", loss);
        golden.RequireClose("logits", LogitsAt(model, golden));
        foreach (var (name, parameter) in model.named_parameters())
            golden.RequireClose("gradient." + name, parameter.grad!);
    }

    private static Tensor LogitsAt(MiniCpmForCausalLM model, GoldenFile golden)
    {
        using var frozen = no_grad();
        var logits = model.Logits(golden["input_ids"]);
        var positions = golden["logit_positions"].data<long>().ToArray();
        return stack([.. positions.Chunk(2).Select(position => logits.select(0, position[0]).select(0, position[1]))]);
    }
}
