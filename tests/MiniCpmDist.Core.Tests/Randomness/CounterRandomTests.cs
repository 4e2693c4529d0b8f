using MiniCpmDist.Core.Randomness;

namespace MiniCpmDist.Core.Tests.Randomness;

public sealed class CounterRandomTests
{
    private const string Name = "model.layers.0.mlp.up_proj.weight";

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 999)]
    [InlineData(2, 998)]
    [InlineData(777, 1)]
    [InlineData(500, 501)]
    public void A_slice_has_the_numbers_that_the_whole_has_there(int first, int count)
    {
        var whole = new float[1001];
        CounterRandom.FillNormal(whole, 0, 42, Name, 0.1);
        var slice = new float[count];

        CounterRandom.FillNormal(slice, first, 42, Name, 0.1);

        Assert.Equal(whole[first..(first + count)], slice);
    }

    [Fact]
    public void Blocks_of_any_size_fill_what_one_call_fills()
    {
        var whole = new float[257];
        CounterRandom.FillNormal(whole, 0, 42, Name, 0.1);
        foreach (var block in new[] { 1, 2, 3, 16, 100 })
        {
            var pieces = new float[whole.Length];
            for (var first = 0; first < whole.Length; first += block)
                CounterRandom.FillNormal(
                    pieces.AsSpan(first, Math.Min(block, whole.Length - first)), first, 42, Name, 0.1);
            Assert.Equal(whole, pieces);
        }
    }

    [Fact]
    public void A_million_numbers_have_the_moments_and_tails_of_a_normal_distribution()
    {
        const int Count = 1_000_000;
        var numbers = new float[Count];
        CounterRandom.FillNormal(numbers, 0, 1, Name, 1);

        // Four standard errors each.
        Assert.Equal(0, numbers.Average(x => (double)x), 4 / Math.Sqrt(Count));
        Assert.Equal(1, numbers.Average(x => (double)x * x), 4 * Math.Sqrt(2.0 / Count));
        Assert.Equal(0, numbers.Average(x => Math.Pow(x, 3)), 4 * Math.Sqrt(15.0 / Count));
        Assert.Equal(3, numbers.Average(x => Math.Pow(x, 4)), 4 * Math.Sqrt(96.0 / Count));
        AssertShare(numbers, 1, 0.317310507862914);
        AssertShare(numbers, 2, 0.0455002638963584);
        AssertShare(numbers, 3, 0.00269979606326019);
        AssertShare(numbers, 4, 6.33424836662398e-05);
    }

    [Fact]
    public void Neighbours_and_streams_are_uncorrelated()
    {
        const int Count = 200_000;
        var (one, other, seeded) = (new float[Count], new float[Count], new float[Count]);
        CounterRandom.FillNormal(one, 0, 1, "a", 1);
        CounterRandom.FillNormal(other, 0, 1, "b", 1);
        CounterRandom.FillNormal(seeded, 0, 2, "a", 1);
        var bound = 4 / Math.Sqrt(Count);

        Assert.Equal(0, Enumerable.Range(0, Count - 1).Average(i => (double)one[i] * one[i + 1]), bound);
        Assert.Equal(0, Enumerable.Range(0, Count).Average(i => (double)one[i] * other[i]), bound);
        Assert.Equal(0, Enumerable.Range(0, Count).Average(i => (double)one[i] * seeded[i]), bound);
    }

    [Fact]
    public void The_standard_deviation_multiplies_before_rounding()
    {
        var (unit, scaled) = (new float[100], new float[100]);
        CounterRandom.FillNormal(unit, 0, 1, Name, 1);
        CounterRandom.FillNormal(scaled, 0, 1, Name, 0.25);

        Assert.Equal(unit.Select(x => x * 0.25f), scaled);
    }

    [Fact]
    public void Words_come_in_pairs_from_one_block_and_all_bits_are_used()
    {
        var (ones, zeros) = (0UL, 0UL);
        for (var i = 0UL; i < 100; i++)
        {
            ones |= CounterRandom.UInt64(7, "words", i);
            zeros |= ~CounterRandom.UInt64(7, "words", i);
        }
        Assert.Equal(ulong.MaxValue, ones & zeros);
        Assert.NotEqual(CounterRandom.UInt64(7, "words", 0), CounterRandom.UInt64(7, "words", 1));
    }

    [Fact]
    public void A_negative_index_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => CounterRandom.FillNormal(new float[1], -1, 1, Name, 1));

    private static void AssertShare(float[] numbers, double beyond, double expected)
    {
        var found = numbers.Count(x => Math.Abs(x) > beyond) / (double)numbers.Length;
        Assert.Equal(expected, found, 4 * Math.Sqrt(expected / numbers.Length));
    }
}
