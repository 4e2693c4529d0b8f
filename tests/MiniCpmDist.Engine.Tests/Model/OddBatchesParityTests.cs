using MiniCpmDist.Core.Model;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Model;

public sealed class OddBatchesParityTests
{
    /// <summary>
    /// One model takes all batches in turn, long after short and short after long, so that nothing that it keeps for a
    /// length (positions, masks) can survive into the next.
    /// </summary>
    [Theory]
    [InlineData(KernelSet.Fused)]
    [InlineData(KernelSet.Plain)]
    public void Micro_batches_of_1_3_and_5_sequences_of_1_7_and_33_tokens_agree_with_the_reference(
        KernelSet kernels)
    {
        using var golden = GoldenFile.Open("odd-batches");
        var batches = golden.Facts.GetProperty("batches").EnumerateArray().Select(name => name.GetString()!).ToArray();
        Assert.Equal(9, batches.Length);
        using var started = new GoldenModel(golden, kernels);

        foreach (var batch in (string[])[.. batches, .. batches.Reverse()])
        {
            using var scope = NewDisposeScope();
            var loss = started.LossAndGradients(golden[batch + ".input_ids"], golden[batch + ".targets"]);

            golden.RequireClose(batch + ".loss", loss);
            foreach (var (name, parameter) in started.Model.named_parameters())
                golden.RequireClose($"{batch}.gradient.{name}", parameter.grad!);
        }
    }
}
