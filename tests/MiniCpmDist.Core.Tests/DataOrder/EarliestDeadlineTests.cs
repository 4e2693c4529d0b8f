using MiniCpmDist.Core.DataOrder;

namespace MiniCpmDist.Core.Tests.DataOrder;

public sealed class EarliestDeadlineTests
{
    [Fact]
    public void Every_prefix_is_within_one_sequence_of_every_share()
    {
        var random = new Random(20240406);
        for (var trial = 0; trial < 200; trial++)
        {
            var weights = SomeWeights(random);
            var counts = new long[weights.Length];
            for (var time = 1; time <= 500; time++)
            {
                counts[EarliestDeadline.Next(weights, counts)]++;
                Assert.InRange(LargestDistance(weights, counts, time), 0, Bound(weights) + 1e-9);
            }
        }
    }

    [Fact]
    public void A_source_without_weight_is_never_read()
    {
        long[] weights = [3, 0, 1];
        var counts = new long[3];
        for (var time = 0; time < 1000; time++)
            counts[EarliestDeadline.Next(weights, counts)]++;

        Assert.Equal([750, 0, 250], counts);
    }

    [Fact]
    public void After_a_trillion_sequences_it_still_counts_every_one()
    {
        // Shares of a billionth, and counts whose products leave 64 bits.
        long[] weights = [999_999_999, 1];
        // The rare source's 3000th is due at half its turn; before it, the other one.
        Assert.Equal(0, EarliestDeadline.Next(weights, [2_999_499_997_000, 2999]));
        Assert.Equal(1, EarliestDeadline.Next(weights, [2_999_499_997_001, 2999]));
        Assert.Equal(0, EarliestDeadline.Next(weights, [2_999_499_997_001, 3000]));
    }

    [Fact]
    public void Weights_that_are_all_zero_are_refused() =>
        Assert.Throws<ArgumentException>(() => EarliestDeadline.Next([0, 0], [1, 2]));

    /// <summary>1 - 1/(2k-2) for k sources that are read; the theorem's bound, which no method can better.</summary>
    private static double Bound(long[] weights)
    {
        var positive = weights.Count(weight => weight > 0);
        return positive == 1 ? 0 : 1 - 1.0 / (2 * positive - 2);
    }

    private static double LargestDistance(long[] weights, long[] counts, long time)
    {
        var total = (double)weights.Sum();
        return weights.Zip(counts).Max(pair => Math.Abs(pair.Second - pair.First / total * time));
    }

    private static long[] SomeWeights(Random random)
    {
        var weights = new long[random.Next(1, 9)];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = random.Next(4) == 0 ? 0 : random.NextInt64(1, 1L << random.Next(1, 31));
        weights[random.Next(weights.Length)] = 1;
        return weights;
    }
}
