using System.Text;
using MiniCpmDist.Core.Deduplication;

namespace MiniCpmDist.Core.Tests.Deduplication;

public sealed class ShingleSetTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("...", 0)]
    [InlineData("one", 1)]
    [InlineData("one two three four", 1)]
    [InlineData("one two three four five", 1)]
    [InlineData("one two three four five six", 2)]
    [InlineData("自然语言处理", 2)]
    public void A_text_has_a_shingle_for_each_five_words_and_a_short_one_has_one(string text, int shingles) =>
        Assert.Equal(shingles, Of(text).Count);

    [Fact]
    public void Short_texts_are_equal_only_where_all_of_their_words_are()
    {
        Assert.Equal(Of("Two words").Shingles.ToArray(), Of("two words!").Shingles.ToArray());
        Assert.NotEqual(Of("two words").Shingles.ToArray(), Of("two more words").Shingles.ToArray());
        Assert.NotEqual(Of("words two").Shingles.ToArray(), Of("two words").Shingles.ToArray());
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 30)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Similarity_is_that_of_the_sets_of_the_words_themselves(int seed)
    {
        var random = new Random(seed);
        var left = Enumerable.Range(0, random.Next(1, 200)).Select(_ => $"w{random.Next(20)}").ToList();
        var right = left.Skip(random.Next(10)).Select(word => random.Next(20) == 0 ? "other" : word).ToList();
        var (a, b) = (Tuples(left), Tuples(right));
        var expected = b.Count == 0 ? 0 : a.Intersect(b).Count() / (double)a.Union(b).Count();

        var similarity = ShingleSet.Jaccard(
            Of(string.Join(' ', left)).Distinct(), Of(string.Join(", ", right)).Distinct());

        Assert.Equal(expected, similarity, 12);
    }

    [Fact]
    public void A_text_without_words_is_like_no_other_and_not_like_itself() =>
        Assert.Equal(0, ShingleSet.Jaccard(Of("...").Distinct(), Of("...").Distinct()));

    private static HashSet<string> Tuples(List<string> words) => words.Count == 0 ? []
        : [.. Enumerable.Range(0, Math.Max(1, words.Count - 4)).Select(i => string.Join(' ', words.Skip(i).Take(5)))];

    private static ShingleSet Of(string text)
    {
        var words = new WordList();
        words.Add(Encoding.UTF8.GetBytes(text));
        var shingles = new ShingleSet(width: 5);
        shingles.Fill(words.Hashes);
        return shingles;
    }
}
