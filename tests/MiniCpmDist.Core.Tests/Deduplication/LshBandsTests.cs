using MiniCpmDist.Core.Deduplication;

namespace MiniCpmDist.Core.Tests.Deduplication;

public sealed class LshBandsTests
{
    [Theory]
    [InlineData(128, 0.8, 32, 4)]
    [InlineData(128, 0.9, 16, 8)]
    [InlineData(256, 0.7, 64, 4)]
    [InlineData(112, 0.8, 28, 4)]
    [InlineData(128, 0.05, 128, 1)]
    public void The_fewest_bands_are_taken_that_find_99_percent_at_the_threshold(
        int permutations, double threshold, int bands, int rows)
    {
        var found = LshBands.For(permutations, threshold);

        Assert.Equal(new LshBands(bands, rows), found);
        var fewer = Enumerable.Range(1, bands - 1).Where(fewer => permutations % fewer == 0)
            .Select(fewer => new LshBands(fewer, permutations / fewer));
        Assert.All(fewer, cut => Assert.True(cut.Probability(threshold) < LshBands.LeastRecall));
    }

    [Fact]
    public void A_probability_is_that_of_the_formula()
    {
        Assert.Equal(0, new LshBands(16, 8).Probability(0));
        Assert.Equal(1, new LshBands(16, 8).Probability(1));
        Assert.Equal(1 - Math.Pow(1 - Math.Pow(0.8, 8), 16), new LshBands(16, 8).Probability(0.8), 12);
    }

    [Fact]
    public void Keys_are_equal_for_equal_rows_of_the_same_band_only()
    {
        var cut = new LshBands(2, 2);
        var (left, right) = (new ulong[2], new ulong[2]);
        cut.Keys([1, 2, 1, 2], left);
        cut.Keys([1, 2, 2, 1], right);

        Assert.Equal(left[0], right[0]);
        Assert.NotEqual(left[0], left[1]);
        Assert.NotEqual(left[1], right[1]);
    }
}
