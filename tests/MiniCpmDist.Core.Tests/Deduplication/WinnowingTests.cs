using MiniCpmDist.Core.Deduplication;

namespace MiniCpmDist.Core.Tests.Deduplication;

public sealed class WinnowingTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 50)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Texts_that_share_a_long_stretch_share_a_chosen_one_inside_of_it(int seed)
    {
        var random = new Random(seed);
        var winnowing = new Winnowing(random.Next(2, 40));
        // Few different words: many hashes are equal.
        var shared = Words(random, winnowing.Words);
        var (before, left) = Around(random, shared);
        var (beforeOther, right) = Around(random, shared);

        var first = Chosen(winnowing, left, before);
        var second = Chosen(winnowing, right, beforeOther);

        Assert.NotEmpty(first.Intersect(second));
    }

    [Fact]
    public void Few_places_are_chosen_of_a_long_text()
    {
        var random = new Random(1);
        var winnowing = new Winnowing(50);
        var hashes = Enumerable.Range(0, 100_000).Select(_ => (ulong)random.NextInt64()).ToArray();
        var chosen = new List<int>();
        winnowing.Choose(hashes, chosen);

        // Two of w + 1 are expected, of windows of w = 26.
        Assert.InRange(chosen.Count, 100_000 * 2 / 27 * 0.95, 100_000 * 2 / 27 * 1.05);
        Assert.Equal(chosen.Distinct().Order(), chosen);
    }

    [Fact]
    public void A_text_shorter_than_a_long_stretch_has_no_chosen_place()
    {
        var chosen = new List<int> { 1 };
        new Winnowing(10).Choose([1, 2, 3], chosen);

        Assert.Empty(chosen);
    }

    // Places within the shared stretch.
    private static List<int> Chosen(Winnowing winnowing, ulong[] words, int before)
    {
        var hashes = new ulong[WordWindows.Count(words.Length, winnowing.Width)];
        WordWindows.Fill(words, winnowing.Width, hashes);
        var chosen = new List<int>();
        winnowing.Choose(hashes, chosen);
        return [.. chosen.Select(place => place - before)
            .Where(place => place >= 0 && place + winnowing.Width <= winnowing.Words)];
    }

    private static (int Before, ulong[] Words) Around(Random random, ulong[] shared)
    {
        var before = random.Next(30);
        return (before, [.. Words(random, before), .. shared, .. Words(random, random.Next(30))]);
    }

    private static ulong[] Words(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (ulong)random.Next(4) + 1)];
}
