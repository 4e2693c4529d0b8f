using MiniCpmDist.Core.Model;

namespace MiniCpmDist.Core.Tests.ModelShape;

public sealed class FeedForwardTests
{
    [Fact]
    public void A_dense_half_has_three_matrices_and_every_token_takes_products_with_all_of_them()
    {
        var nano = ModelPresets.All["nano"];

        var half = nano.FeedForward;

        Assert.Equal(3 * 128 * 320, half.Matrices(nano.HiddenSize).Sum(matrix => matrix.Rows * matrix.Columns));
        Assert.Equal(0, half.IdleParameters(nano.HiddenSize));
    }

    [Fact]
    public void Fused_kernels_keep_half_of_what_plain_ones_do()
    {
        var half = new FeedForward.SwiGlu(320);

        Assert.Equal(new FeedForwardMemory(Kept: 640, Back: 320), half.Memory(KernelSet.Fused, hiddenSize: 128));
        Assert.Equal(new FeedForwardMemory(Kept: 1280, Back: 2560), half.Memory(KernelSet.Plain, hiddenSize: 128));
    }

    [Fact]
    public void Experts_have_a_router_before_them_and_names_of_hugging_face()
    {
        var half = new FeedForward.Experts(Count: 3, PerToken: 1, IntermediateSize: 40);

        var matrices = half.Matrices(24);

        Assert.Equal(
            [
                "mlp.gate", "mlp.experts.0.w1", "mlp.experts.0.w3", "mlp.experts.0.w2", "mlp.experts.1.w1",
                "mlp.experts.1.w3", "mlp.experts.1.w2", "mlp.experts.2.w1", "mlp.experts.2.w3", "mlp.experts.2.w2",
            ],
            matrices.Select(matrix => matrix.Name));
        Assert.Equal(["mlp.gate"], matrices.Where(matrix => matrix.IsRouter).Select(matrix => matrix.Name));
        Assert.Equal(2 * 3 * 24 * 40, half.IdleParameters(24));
    }
}
