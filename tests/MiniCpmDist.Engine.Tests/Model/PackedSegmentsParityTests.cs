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

        Assert.Equal(13, golden["segment_lengths"].shape[0]);
        started.RequirePackedRows(golden);
    }
}
