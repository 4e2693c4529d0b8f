using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Substitutes.TorchSharp.Tests;

public class LinalgTests : NativeCounts
{
    private static Tensor A() => tensor(new float[] { 1, 2, 3, 4 }, [2L, 2L]);

    private static Tensor B() => tensor(new float[] { 5, 6, 7, 8 }, [2L, 2L]);

    [Fact]
    public void Products_agree_with_rows_times_columns()
    {
        using var _ = NewDisposeScope();
        A().matmul(B()).AssertIs([19, 22, 43, 50], 2, 2);
        mm(A(), B()).AssertIs([19, 22, 43, 50], 2, 2);
        stack([A(), B()]).bmm(stack([B(), A()])).AssertIs([19, 22, 43, 50, 23, 34, 31, 46], 2, 2, 2);
        A().mv(tensor(new float[] { 1, 1 })).AssertIs([3f, 7], 2);
        outer(tensor(new float[] { 1, 2 }), tensor(new float[] { 3, 4 })).AssertIs([3, 4, 6, 8], 2, 2);
        ones(2, 2).addmm(A(), B(), beta: 2, alpha: 1).AssertIs([21, 24, 45, 52], 2, 2);
        ones(2, 2).addmm_(A(), B()).AssertIs([20, 23, 44, 51], 2, 2);
        ones(1, 2, 2).baddbmm(A().unsqueeze(0), B().unsqueeze(0), beta: 0, alpha: 0.5f).AssertIs([9.5f, 11, 21.5f, 25],
            1, 2, 2);
    }

    [Fact]
    public void Linear_multiplies_with_the_transposed_weight_and_adds_the_bias()
    {
        using var _ = NewDisposeScope();
        nn.functional.linear(A(), B()).AssertIs([17, 23, 39, 53], 2, 2);
        nn.functional.linear(A(), B(), tensor(new float[] { 1, -1 })).AssertIs([18, 22, 40, 52], 2, 2);
    }

    [Fact]
    public void A_wrong_shape_is_an_exception_and_not_the_end_of_the_process()
    {
        using var _ = NewDisposeScope();
        var thrown = Assert.ThrowsAny<ExternalException>(() => A().matmul(ones(3, 2)));
        Assert.Contains("mat1 and mat2 shapes cannot be multiplied", thrown.Message, StringComparison.Ordinal);
        Assert.ThrowsAny<ExternalException>(() => A().view(3));
        Assert.ThrowsAny<ExternalException>(() => A() + ones(3));
        Assert.ThrowsAny<ExternalException>(() => A().add_(ones(3, 2, 2)));
    }

    [Fact]
    public void Cross_entropy_is_the_mean_negative_log_likelihood_of_the_targets()
    {
        using var _ = NewDisposeScope();
        var logits = tensor(new float[] { 1, 2, 0, 3, 3, 3 }, [2L, 3L]);
        var targets = tensor(new long[] { 1, 0 });
        var first = Math.Log(Math.Exp(1) + Math.Exp(2) + 1) - 2;
        var second = Math.Log(3);
        nn.functional.cross_entropy(logits, targets).AssertIs([(float)((first + second) / 2)]);
        nn.functional.cross_entropy(logits, targets, reduction: nn.Reduction.Sum).AssertIs([(float)(first + second)]);
        nn.functional.cross_entropy(logits, targets, reduction: nn.Reduction.None).AssertIs([(float)first,
            (float)second], 2);
        nn.functional.cross_entropy(logits, tensor(new long[] { 1, -100 })).AssertIs([(float)first]);
    }
}
