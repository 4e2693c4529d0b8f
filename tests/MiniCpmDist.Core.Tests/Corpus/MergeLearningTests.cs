using System.Text;
using MiniCpmDist.Core.Corpus;

namespace MiniCpmDist.Core.Tests.Corpus;

public sealed class MergeLearningTests
{
    private const string Space = "\u2581";

    [Fact]
    public void The_most_frequent_pair_is_joined_first_and_pairs_with_the_new_piece_count_from_then_on()
    {
        string[] pieces = ["", "a", "b", "c", "d"];
        var learning = new MergeLearning(pieces);
        for (var i = 0; i < 5; i++)
            learning.Add([1, 2, 3]);          // abc
        for (var i = 0; i < 3; i++)
            learning.Add([2, 3, 4]);          // bcd

        Assert.Equal(["bc", "abc", "bcd"], learning.Learn(10));
    }

    [Fact]
    public void A_run_of_one_piece_is_joined_from_the_left_and_counted_once_for_each_place()
    {
        var learning = new MergeLearning(["", "a"]);
        learning.Add([1, 1, 1, 1, 1]);
        learning.Add([1, 1, 1, 1]);

        Assert.Equal(["aa", "aaaa"], learning.Learn(10));
    }

    [Theory]
    [InlineData("a", "1")]                // digits stand alone
    [InlineData("a", ",")]                // a word ends at punctuation
    [InlineData("中", "a")]               // and at another kind of letter
    [InlineData("a", Space)]              // no piece goes on into a space
    [InlineData("a", Space + "b")]
    [InlineData("aaaaaaaa", "bbbbbbbbb")] // 17 characters
    [InlineData("", "a")]                 // bytes and special pieces have no text here
    public void Some_neighbours_are_never_joined(string left, string right)
    {
        var learning = new MergeLearning([left, right]);
        for (var i = 0; i < 10; i++)
            learning.Add([0, 1]);

        Assert.Empty(learning.Learn(10));
    }

    [Theory]
    [InlineData(Space, "b")]
    [InlineData(Space + "a", "b")]
    [InlineData("中", "文")]
    [InlineData("-", ">")]
    [InlineData("aaaaaaaa", "bbbbbbbb")]
    public void Others_are(string left, string right)
    {
        var learning = new MergeLearning([left, right]);
        learning.Add([0, 1]);
        learning.Add([0, 1]);

        Assert.Equal([left + right], learning.Learn(10));
    }

    [Fact]
    public void A_text_that_is_a_piece_already_is_no_new_one()
    {
        var learning = new MergeLearning(["a", "b", "ab", "c"]);
        learning.Add([0, 1, 3]);
        learning.Add([0, 1, 3]);

        Assert.Equal(["abc"], learning.Learn(10));
    }

    [Fact]
    public void A_character_without_a_piece_becomes_one_before_what_is_less_frequent_and_can_be_joined()
    {
        var learning = new MergeLearning(["a", "b"]);
        for (var i = 0; i < 4; i++)
            learning.Add([0, 1]);
        for (var i = 0; i < 3; i++)
            learning.Add([learning.AddCharacter(new Rune('中'))!.Value, learning.AddCharacter(new Rune('文'))!.Value]);
        learning.Add([learning.AddCharacter(new Rune('中'))!.Value]);
        learning.AddCharacter(new Rune('x'));

        Assert.Equal(["中", "ab", "文", "中文"], learning.Learn(10));
        Assert.Null(learning.AddCharacter(new Rune('\n')));
    }

    [Fact]
    public void The_order_of_the_texts_decides_nothing()
    {
        int[][] texts = [[0, 1, 2, 0, 1], [2, 2, 1], [0, 1, 1], [1, 2, 0], [2, 0, 1, 2], [0, 0, 0, 2]];
        string[] pieces = ["x", "y", "z"];
        var forwards = new MergeLearning(pieces);
        var backwards = new MergeLearning(pieces);
        foreach (var text in texts)
            forwards.Add(text);
        foreach (var text in texts.Reverse())
            backwards.Add(text);

        Assert.Equal(forwards.Learn(10), backwards.Learn(10));
    }
}
