using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Substitutes.TorchSharp.Tests;

public class ElementwiseTests : NativeCounts
{
    private static readonly float[] s_numbers = [0.25f, 1f, 2f, 3.5f];

    public static TheoryData<string> UnaryNames => [.. s_unary.Keys];

    private static readonly Dictionary<string, (Func<Tensor, Tensor> Operation, Func<double,
        double> Expected)> s_unary = new()
        {
            ["abs"] = (t => t.abs(), Math.Abs),
            ["neg"] = (t => t.neg(), x => -x),
            ["minus"] = (t => -t, x => -x),
            ["exp"] = (t => t.exp(), Math.Exp),
            ["expm1"] = (t => t.expm1(), x => Math.Exp(x) - 1),
            ["log"] = (t => t.log(), Math.Log),
            ["log2"] = (t => t.log2(), Math.Log2),
            ["log1p"] = (t => t.log1p(), x => Math.Log(1 + x)),
            ["sqrt"] = (t => t.sqrt(), Math.Sqrt),
            ["rsqrt"] = (t => t.rsqrt(), x => 1 / Math.Sqrt(x)),
            ["square"] = (t => t.square(), x => x * x),
            ["reciprocal"] = (t => t.reciprocal(), x => 1 / x),
            ["sin"] = (t => t.sin(), Math.Sin),
            ["cos"] = (t => t.cos(), Math.Cos),
            ["tanh"] = (t => t.tanh(), Math.Tanh),
            ["sigmoid"] = (t => t.sigmoid(), x => 1 / (1 + Math.Exp(-x))),
            ["silu"] = (t => t.silu(), x => x / (1 + Math.Exp(-x))),
            ["relu"] = (t => (t - 1.5).relu(), x => Math.Max(0, x - 1.5)),
            ["floor"] = (t => t.floor(), Math.Floor),
            ["ceil"] = (t => t.ceil(), Math.Ceiling),
            ["pow of a number"] = (t => t.pow(3), x => x * x * x),
            ["number plus"] = (t => 2 + t, x => 2 + x),
            ["number minus"] = (t => 1 - t, x => 1 - x),
            ["number over"] = (t => 1.0 / t, x => 1 / x),
            ["times a number"] = (t => t * 3.0, x => 3 * x),
            ["over a number"] = (t => t / 4, x => x / 4),
            ["minus a number"] = (t => t - 0.5f, x => x - 0.5),
            ["exp in place"] = (t => t.exp_(), Math.Exp),
            ["fill"] = (t => t.fill_(7), _ => 7),
            ["zero"] = (t => t.zero_(), _ => 0),
            ["clamp"] = (t => t.clamp(0.5, 3), x => Math.Clamp(x, 0.5, 3)),
            ["clamp below only"] = (t => t.clamp(min: 0.5), x => Math.Max(x, 0.5)),
        };

    [Theory]
    [MemberData(nameof(UnaryNames))]
    public void Functions_of_one_tensor_compute_what_mathematics_says(string name)
    {
        using var _ = NewDisposeScope();
        var (operation, expected) = s_unary[name];
        operation(tensor(s_numbers)).AssertIs([.. s_numbers.Select(x => (float)expected(x))], 4);
    }

    [Fact]
    public void Arithmetic_broadcasts_over_missing_and_single_dimensions()
    {
        using var _ = NewDisposeScope();
        var rows = tensor(new float[] { 1, 2, 3, 4, 5, 6 }, [2L, 3L]);
        var row = tensor(new float[] { 10, 20, 30 });
        var column = tensor(new float[] { 1, 2 }, [2L, 1L]);
        (rows + row).AssertIs([11, 22, 33, 14, 25, 36], 2, 3);
        (rows - row).AssertIs([-9, -18, -27, -6, -15, -24], 2, 3);
        (rows * column).AssertIs([1, 2, 3, 8, 10, 12], 2, 3);
        (rows / column).AssertIs([1, 2, 3, 2, 2.5f, 3], 2, 3);
        rows.add(row, alpha: 0.5).AssertIs([6, 12, 18, 9, 15, 21], 2, 3);
    }

    [Fact]
    public void In_place_arithmetic_changes_and_returns_the_same_tensor()
    {
        using var _ = NewDisposeScope();
        var values = tensor(new float[] { 1, 2, 3 });
        Assert.Same(values, values.add_(1).mul_(2).sub_(1).div_(3));
        values.AssertIs([1, 5 / 3f, 7 / 3f], 3);
        values.add_(ones(3), alpha: 2).AssertIs([3, 11 / 3f, 13 / 3f], 3);
        values.addcmul_(ones(3), full(3L, 2), 3).AssertIs([9, 29 / 3f, 31 / 3f], 3);
    }

    [Fact]
    public void Comparisons_give_a_bool_for_each_element()
    {
        using var _ = NewDisposeScope();
        var left = tensor(new long[] { 1, 2, 3 });
        var right = tensor(new long[] { 3, 2, 1 });
        (left < right).AssertIs([true, false, false], 3);
        (left <= right).AssertIs([true, true, false], 3);
        (left > right).AssertIs([false, false, true], 3);
        (left >= 2).AssertIs([false, true, true], 3);
        (left != right).AssertIs([true, false, true], 3);
        left.equal(right).AssertIs([false, true, false], 3);
        left.eq(2).AssertIs([false, true, false], 3);
        (~left.eq(2) & left.lt(3)).AssertIs([true, false, false], 3);
    }

    [Fact]
    public void Whole_number_division_rounds_as_asked()
    {
        using var _ = NewDisposeScope();
        var values = tensor(new long[] { -7, 7 });
        values.div(2, RoundingMode.floor).AssertWhole([-4, 3], 2);
        values.div(2, RoundingMode.trunc).AssertWhole([-3, 3], 2);
        values.div(2).AssertIs([-3.5f, 3.5f], 2);
        (values % 4).AssertWhole([1, 3], 2);
    }

    [Fact]
    public void Where_and_masked_fill_choose_by_mask()
    {
        using var _ = NewDisposeScope();
        var values = tensor(new float[] { 1, 2, 3 });
        var mask = tensor(new[] { true, false, true });
        where(mask, values, -values).AssertIs([1, -2, 3], 3);
        values.masked_fill(mask, double.NegativeInfinity).isfinite().AssertIs([false, true, false], 3);
        values.masked_fill_(mask, 9).AssertIs([9, 2, 9], 3);
    }

    [Fact]
    public void A_number_does_not_widen_the_type_of_a_tensor()
    {
        using var _ = NewDisposeScope();
        Assert.Equal(ScalarType.BFloat16, (1.0 - ones(2, dtype: bfloat16)).dtype);
        Assert.Equal(ScalarType.Int64, (1 - tensor(new long[] { 3 })).dtype);
        Assert.Equal(ScalarType.Float32, (1.0 / tensor(new long[] { 4 })).dtype);
        Assert.Equal(ScalarType.Float64, (ones(2, dtype: float64) * 2f).dtype);
        Assert.Equal(1.0 - 0.1, (1.0 - tensor(0.1)).item<double>());
    }
}
