using MiniCpmDist.Core.Chat;

namespace MiniCpmDist.Core.Tests.Chat;

public sealed class BestFitPackingTests
{
    [Fact]
    public void An_item_goes_into_the_fullest_bin_that_has_room()
    {
        Assert.Equal([[0, 3], [1, 2]], BestFitPacking.Pack([7, 6, 4, 3], 10));
        Assert.Empty(BestFitPacking.Pack([], 10));
        Assert.Throws<ArgumentException>(() => BestFitPacking.Pack([11], 10));
    }

    [Fact]
    public void A_long_tailed_set_fills_at_least_97_percent_of_its_sequences()
    {
        const int Capacity = 4096;
        var random = new Random(11);
        // Log-normal with a median of 300 tokens: a twentieth is longer than 1900.
        int[] lengths =
        [
            .. Enumerable.Range(0, 20_000).Select(_ => Math.Exp(Math.Log(300) + 1.1 * Normal(random)))
                .Select(length => (int)length + 2).Where(length => length <= Capacity),
        ];

        var bins = BestFitPacking.Pack(lengths, Capacity);

        Assert.Equal(Enumerable.Range(0, lengths.Length), bins.SelectMany(bin => bin).Order());
        Assert.All(bins, bin => Assert.InRange(bin.Sum(item => lengths[item]), 1, Capacity));
        Assert.InRange(lengths.Sum(length => (double)length) / ((double)bins.Count * Capacity), 0.97, 1);
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
