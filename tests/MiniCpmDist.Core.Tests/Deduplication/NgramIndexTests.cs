using System.Text;
using MiniCpmDist.Core.Deduplication;

namespace MiniCpmDist.Core.Tests.Deduplication;

public sealed class NgramIndexTests
{
    private const string Question = "what is the name of the longest river that flows through the south of the country";

    [Theory]
    [InlineData("He asked: What is the name of the longest river, that flows through the... south. No.", 2, 13)]
    [InlineData(Question, 0, 13)]
    [InlineData("what is the name of the longest river that flows through a town in the south of it", -1, 0)]
    [InlineData("a question with exactly nine words of its own kind and so on", 1, 9)]
    [InlineData("", -1, 0)]
    public void The_first_shared_ngram_is_found_whatever_case_and_punctuation_are(string text, int place, int width)
    {
        var index = new NgramIndex(13);
        Assert.True(index.Add(Words(Question), item: 7));
        Assert.True(index.Add(Words("question with exactly nine words of its own kind"), item: 8));

        var match = index.ForThread().Find(Words(text));

        Assert.Equal(place < 0 ? null : new NgramMatch(width == 13 ? 7 : 8, place, width), match);
    }

    [Fact]
    public void A_text_of_seven_words_is_too_short_to_be_looked_for()
    {
        var index = new NgramIndex(13);

        Assert.False(index.Add(Words("one two three four five six seven"), item: 0));
        Assert.Null(index.Find(Words("one two three four five six seven")));
        Assert.True(index.Add(Words("one two three four five six seven eight"), item: 0));
    }

    [Fact]
    public void Chinese_ngrams_are_of_characters()
    {
        var index = new NgramIndex(13);
        index.Add(Words("下列关于中国古代科技成就的说法正确的是"), item: 0);

        Assert.Equal(new NgramMatch(0, 1, 13), index.Find(Words("问：下列关于中国古代，科技成就的如此等等")));
        Assert.Null(index.Find(Words("下列关于中国古代科技的说法")));
    }

    private static ulong[] Words(string text)
    {
        var words = new WordList();
        words.Add(Encoding.UTF8.GetBytes(text));
        return words.Hashes.ToArray();
    }
}
