using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Model.Graph;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Model;

public sealed class PackedSegmentsParityTests
{
    [Theory]
    [InlineData(KernelSet.Fused)]
    [InlineData(KernelSet.Plain)]
    public void Losses_logits_and_every_gradient_of_packed_rows_agree_with_a_reference_that_masks_other_documents(
        KernelSet kernels)
    {
        using var golden = GoldenFile.Open("packed-segments");
        using var started = new GoldenModel(golden, kernels);
        using var scope = NewDisposeScope();
        var lengths = golden["segment_lengths"].data<long>().Select(length => (int)length).ToArray();
        Assert.Equal(13, lengths.Length);
        var (ids, targets) = (golden["input_ids"], golden["targets"]);
        var tokenLosses = zeros(ids.shape, ScalarType.Float32);

        var loss = started.Model.LossSum(ids, targets, lengths, tokenLosses)
            / golden.Facts.GetProperty("loss_positions").GetInt64();
        BackwardPass.Run(loss);

        golden.RequireClose("loss", loss);
        golden.RequireClose("token_losses", tokenLosses);
        foreach (var (name, parameter) in started.Model.named_parameters())
            golden.RequireClose("gradient." + name, parameter.grad!);
        using var frozen = no_grad();
        golden.RequireClose("logits", started.Model.Logits(ids, lengths));
    }
}
