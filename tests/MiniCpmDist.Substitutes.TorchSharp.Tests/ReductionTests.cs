using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Substitutes.TorchSharp.Tests;

public class ReductionTests : NativeCounts
{
    private static Tensor Rows() => tensor(new float[] { 1, 5, 3, 4, 2, 6 }, [2L, 3L]);

    [Fact]
    public void Sums_and_means_run_over_all_or_over_chosen_dimensions()
    {
        using var _ = NewDisposeScope();
        Rows().sum().AssertIs([21f]);
        Rows().sum(0L).AssertIs([5, 7, 9], 3);
        Rows().sum(-1, keepdim: true).AssertIs([9, 12], 2, 1);
        Rows().sum([0, 1]).AssertIs([21f]);
        Rows().mean().AssertIs([3.5f]);
        Rows().mean([1], keepdim: true).AssertIs([3, 4], 2, 1);
        Assert.Equal(ScalarType.Float64, Rows().sum(type: float64).dtype);
        Rows().sum(1, type: int64).AssertWhole([9, 12], 2);
    }

    [Fact]
    public void Extremes_come_with_their_places()
    {
        using var _ = NewDisposeScope();
        Rows().max().AssertIs([6f]);
        Rows().min().AssertIs([1f]);
        var (values, indexes) = Rows().max(1);
        values.AssertIs([5f, 6], 2);
        indexes.AssertWhole([1, 2], 2);
        Rows().argmax().AssertWhole([5]);
        Rows().argmin(0).AssertWhole([0, 1, 0], 3);
        Rows().amax(0).AssertIs([4f, 5, 6], 3);
        Rows().amin([1L], keepdim: true).AssertIs([1f, 2], 2, 1);
    }

    [Fact]
    public void Softmax_and_its_relatives_agree_with_their_definitions()
    {
        using var _ = NewDisposeScope();
        float[] x = [1, 2, 4];
        var total = x.Sum(v => Math.Exp(v));
        tensor(x).softmax(0).AssertIs([.. x.Select(v => (float)(Math.Exp(v) / total))], 3);
        nn.functional.softmax(tensor(x), -1).AssertIs([.. x.Select(v => (float)(Math.Exp(v) / total))], 3);
        tensor(x).log_softmax(-1).AssertIs([.. x.Select(v => (float)(v - Math.Log(total)))], 3);
        tensor(x).logsumexp(0).AssertIs([(float)Math.Log(total)]);
        Assert.Equal(ScalarType.Float64, tensor(x).softmax(0, float64).dtype);
    }

    [Fact]
    public void Norm_variance_and_running_sums_agree_with_their_definitions()
    {
        using var _ = NewDisposeScope();
        var x = tensor(new float[] { 3, -4 });
        x.norm().AssertIs([5f]);
        x.norm(p: 1).AssertIs([7f]);
        Rows().norm(1, keepdim: true).AssertIs([MathF.Sqrt(35), MathF.Sqrt(56)], 2, 1);
        x.var().AssertIs([24.5f]);
        x.var(unbiased: false).AssertIs([12.25f]);
        Rows().cumsum(1).AssertIs([1, 6, 9, 4, 6, 12], 2, 3);
        tensor(new float[] { 2, 3, 4 }).prod().AssertIs([24f]);
    }

    [Fact]
    public void Sort_and_topk_give_values_and_their_places()
    {
        using var _ = NewDisposeScope();
        var (sorted, places) = Rows().sort(1, descending: true);
        sorted.AssertIs([5, 3, 1, 6, 4, 2], 2, 3);
        places.AssertWhole([1, 2, 0, 2, 0, 1], 2, 3);
        var (top, where) = Rows().topk(1);
        top.AssertIs([5f, 6], 2, 1);
        where.AssertWhole([1, 2], 2, 1);
        Rows().argsort(1).AssertWhole([0, 2, 1, 1, 0, 2], 2, 3);
    }

    [Fact]
    public void Questions_about_all_elements_have_one_answer()
    {
        using var _ = NewDisposeScope();
        (Rows() > 0).all().AssertIs([true]);
        (Rows() > 5).any().AssertIs([true]);
        (Rows() > 5).any(1).AssertIs([false, true], 2);
        Assert.True(Rows().allclose(Rows() + 1e-7));
        Assert.False(allclose(Rows(), Rows() + 1e-2));
        Assert.True(Rows().Equals(Rows()));
        Assert.False(Rows().Equals(Rows().t()));
        (Rows() > 4).nonzero().AssertWhole([0, 1, 1, 2], 2, 2);
    }
}
