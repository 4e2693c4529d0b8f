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

        Assert.Equal(new FeedForwardMemory(Kept: 640, Back: 320), half.Memory(KernelSet.Fused));
        Assert.Equal(new FeedForwardMemory(Kept: 1280, Back: 2560), half.Memory(KernelSet.Plain));
    }
}
