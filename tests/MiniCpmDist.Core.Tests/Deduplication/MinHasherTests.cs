using MiniCpmDist.Core.Deduplication;

namespace MiniCpmDist.Core.Tests.Deduplication;

public sealed class MinHasherTests
{
    private const int Pairs = 2000;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(16, 7)]
    [InlineData(65, 200)]
    [InlineData(128, 1000)]
    [InlineData(200, 3)]
    public void A_signature_holds_the_smallest_value_under_each_permutation(int permutations, int count)
    {
        var random = new Random(1);
        var shingles = Set(random, count);
        var hasher = new MinHasher(permutations);

        var expected = Enumerable.Range(0, permutations)
            .Select(i => shingles.Min(x => unchecked((x ^ hasher.Masks[i]) * hasher.Factors[i])))
            .ToArray();

        Assert.Equal(expected, hasher.Sign(shingles).ToArray());
    }

    [Fact]
    public void A_signature_depends_neither_on_the_order_of_shingles_nor_on_their_number()
    {
        var random = new Random(2);
        var shingles = Set(random, 100);
        var hasher = new MinHasher(128);
        var once = hasher.Sign(shingles).ToArray();

        uint[] again = [.. shingles.Reverse(), .. shingles];

        Assert.Equal(once, hasher.Sign(again).ToArray());
    }

    // The number of permutations that agree is binomial: its mean and its variance are known.
    [Theory]
    [InlineData(20, 0.5)]
    [InlineData(150, 0.8)]
    [InlineData(1000, 0.9)]
    public void Permutations_agree_as_often_and_as_independently_as_the_similarity_says(int size, double similarity)
    {
        var hasher = new MinHasher(128);
        var agreeing = new List<double>();
        var exact = 0.0;
        foreach (var (left, right, known) in RandomPairs(size, similarity))
        {
            var first = hasher.Sign(left).ToArray();
            agreeing.Add(first.Zip(hasher.Sign(right).ToArray()).Count(pair => pair.First == pair.Second));
            exact = known;
        }
        var (mean, variance) = (128 * exact, 128 * exact * (1 - exact));
        var measured = agreeing.Average();

        Assert.InRange(measured, mean - 5 * Math.Sqrt(variance / Pairs), mean + 5 * Math.Sqrt(variance / Pairs));
        // The relative deviation of a variance out of n numbers is sqrt(2 / n).
        Assert.InRange(
            agreeing.Sum(count => (count - measured) * (count - measured)) / (Pairs - 1) / variance,
            1 - 5 * Math.Sqrt(2.0 / Pairs), 1 + 5 * Math.Sqrt(2.0 / Pairs));
    }

    [Theory]
    [InlineData(16, 8, 0.5)]
    [InlineData(16, 8, 0.7)]
    [InlineData(16, 8, 0.8)]
    [InlineData(32, 4, 0.3)]
    [InlineData(32, 4, 0.5)]
    [InlineData(32, 4, 0.8)]
    public void Pairs_become_candidates_as_often_as_the_S_curve_says(int bands, int rows, double similarity)
    {
        var hasher = new MinHasher(bands * rows);
        var cut = new LshBands(bands, rows);
        var (first, second) = (new ulong[bands], new ulong[bands]);
        var (candidates, exact) = (0, 0.0);
        foreach (var (left, right, known) in RandomPairs(150, similarity))
        {
            cut.Keys(hasher.Sign(left), first);
            cut.Keys(hasher.Sign(right), second);
            candidates += first.Intersect(second).Any() ? 1 : 0;
            exact = known;
        }
        var probability = cut.Probability(exact);
        var deviation = Math.Sqrt(Pairs * probability * (1 - probability));

        Assert.InRange(candidates, Pairs * probability - 5 * deviation - 1, Pairs * probability + 5 * deviation + 1);
    }

    private static IEnumerable<(uint[] Left, uint[] Right, double Similarity)> RandomPairs(int size, double similarity)
    {
        var random = new Random(3);
        var shared = (int)Math.Round(2 * size * similarity / (1 + similarity));
        for (var i = 0; i < Pairs; i++)
        {
            var all = Set(random, 2 * size - shared);
            yield return (all[..size], [.. all[..shared], .. all[size..]], shared / (double)all.Length);
        }
    }

    private static uint[] Set(Random random, int count)
    {
        var set = new HashSet<uint>();
        while (set.Count < count)
            set.Add((uint)random.NextInt64(1L << 32));
        return [.. set];
    }
}
