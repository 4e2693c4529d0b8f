using MiniCpmDist.Core.Model;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Model;

public sealed class GroupedQueriesParityTests
{
    [Theory]
    [InlineData(KernelSet.Fused)]
    [InlineData(KernelSet.Plain)]
    public void With_24_query_and_8_key_value_heads_losses_logits_and_every_gradient_agree_with_the_reference(
        KernelSet kernels)
    {
        using var golden = GoldenFile.Open("grouped-queries");
        Assert.Equal((24, 8), (golden.Shape.Heads, golden.Shape.KeyValueHeads));
        using var started = new GoldenModel(golden, kernels);
        using var scope = NewDisposeScope();

        golden.RequireClose("loss", started.LossAndGradients(golden["input_ids"], golden["targets"]));

        foreach (var (name, parameter) in started.Model.named_parameters())
            golden.RequireClose("gradient." + name, parameter.grad!);
        using var frozen = no_grad();
        golden.RequireClose("logits", started.Model.Logits(golden["input_ids"]));
        golden.RequireClose("token_losses", TokenLosses(started, golden));
    }

    /// <summary>Each position's loss through the path of the training: all targets but one are without loss.</summary>
    private static Tensor TokenLosses(GoldenModel started, GoldenFile golden)
    {
        var targets = golden["targets"].data<long>().ToArray();
        var losses = new double[targets.Length];
        for (var i = 0; i < targets.Length; i++)
        {
            var only = Enumerable.Repeat(-100L, targets.Length).ToArray();
            only[i] = targets[i];
            losses[i] = started.Model
                .LossSum(golden["input_ids"], tensor(only, golden["targets"].shape))
                .item<double>();
        }
        return tensor(losses);
    }
}
