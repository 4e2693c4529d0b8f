using MiniCpmDist.Core.Deduplication;

namespace MiniCpmDist.Core.Tests.Deduplication;

public sealed class BucketTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(Bucket.Following + 1)]
    public void In_a_small_bucket_every_two_texts_are_compared_and_order_does_not_matter(int texts)
    {
        Assert.Equal(texts * (texts - 1) / 2, Bucket.Pairs(texts).Distinct().Count());
        Assert.False(Bucket.NeedsOrder(texts));
    }

    [Fact]
    public void In_a_large_bucket_the_pairs_grow_with_the_texts_and_connect_all_of_them()
    {
        const int Texts = 5000;
        var clusters = new DuplicateClusters();
        foreach (var (first, second) in Bucket.Pairs(Texts))
            clusters.Connect(first, second);

        Assert.True(Bucket.NeedsOrder(Texts));
        Assert.True(Bucket.Pairs(Texts).Count() <= Texts * Bucket.Following);
        Assert.Equal(Texts, Assert.Single(clusters.Clusters()).Length);
    }
}
