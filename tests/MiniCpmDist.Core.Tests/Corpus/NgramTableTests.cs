using MiniCpmDist.Core.Corpus;

namespace MiniCpmDist.Core.Tests.Corpus;

public sealed class NgramTableTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_12_grams_that_both_texts_have_are_found_and_no_others(int seed)
    {
        // Few different tokens, so that 12-grams come again, and stretches of one text in the other.
        var random = new Random(seed);
        var heldOut = Ids(random, 5000);
        var train = Ids(random, 20_000);
        for (var i = 0; i < 30; i++)
            heldOut.AsSpan(random.Next(4900), random.Next(5, 60)).CopyTo(train.AsSpan(random.Next(19_900)));
        var table = new NgramTable(heldOut.Length);
        table.Add(heldOut);

        table.Find(train);

        var ngrams = NgramsOf(heldOut);
        var known = NgramsOf(train).ToHashSet();
        Assert.Equal((ngrams.Count, ngrams.Count(known.Contains)), table.Count(heldOut));
        table.Forget();
        Assert.Equal((ngrams.Count, 0), table.Count(heldOut));
    }

    [Fact]
    public void A_text_of_fewer_than_twelve_tokens_has_no_12_gram()
    {
        var table = new NgramTable(10);
        table.Add([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
        Assert.Equal((0, 0), table.Count([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]));
        Assert.Equal(1, table.Count([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]).Ngrams);
    }

    private static long[] Ids(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (long)random.Next(3))];

    private static List<string> NgramsOf(long[] ids) =>
        [.. Enumerable.Range(0, ids.Length - NgramTable.Tokens + 1)
            .Select(at => string.Join(' ', ids.AsSpan(at, NgramTable.Tokens).ToArray()))];
}
