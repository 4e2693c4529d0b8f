using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.LibTorch;

/// <summary>
/// What TorchSharp does wrong and the product goes around. Such a test fails when the fault is gone, and with it the
/// reason for the detour.
/// </summary>
public class KnownFaultTests
{
    [Fact]
    public void Baddbmm_still_multiplies_the_tensor_that_it_should_add_to()
    {
        using var scope = NewDisposeScope();
        var (added, left, right) = (rand(2, 3, 3), rand(2, 3, 3), rand(2, 3, 3));

        var found = added.baddbmm(left, right);

        Assert.True(found.allclose(right + added.bmm(left)));
        Assert.False(found.allclose(added + left.bmm(right)));
    }

    /// <summary>Why sums over tokens are never left to bfloat16: 256 + 1 is 256 there.</summary>
    [Fact]
    public void A_bfloat16_gradient_of_an_indexed_table_still_stops_growing_at_256()
    {
        using var scope = NewDisposeScope();
        var table = zeros([2, 4], ScalarType.BFloat16).requires_grad_();
        var ids = zeros([1000], ScalarType.Int64);

        table[TensorIndex.Tensor(ids)].sum().backward();

        Assert.Equal(256f, table.grad![0, 0].to(ScalarType.Float32).item<float>());
    }
}
