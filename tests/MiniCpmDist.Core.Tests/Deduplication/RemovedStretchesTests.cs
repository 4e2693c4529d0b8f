using System.Text;
using MiniCpmDist.Core.Deduplication;

namespace MiniCpmDist.Core.Tests.Deduplication;

public sealed class RemovedStretchesTests
{
    [Fact]
    public void Overlapping_stretches_are_cut_out_as_one() =>
        Assert.Equal([(2, 7)], RemovedStretches.Of([(2, false), (3, false), (4, false)], width: 3, words: 10));

    [Fact]
    public void Words_of_a_first_stretch_stay_where_both_overlap() =>
        Assert.Equal([(0, 2), (5, 6)], RemovedStretches.Of([(0, false), (2, true), (3, false)], width: 3, words: 8));

    [Theory]
    [InlineData("One two, three four. Five", 1, 3, "One four. Five")]
    [InlineData("One two three", 0, 2, "three")]
    [InlineData("One two three!", 1, 3, "One ")]
    [InlineData("我爱你们", 1, 3, "我们")]
    public void What_follows_a_cut_begins_with_the_next_word(string text, int start, int end, string left)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var words = new WordList();
        words.Add(utf8);

        Assert.Equal(left, Encoding.UTF8.GetString(RemovedStretches.Cut(utf8, words, [(start, end)])));
    }
}
