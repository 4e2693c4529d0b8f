using System.Text;
using MiniCpmDist.Core.Corpus;

namespace MiniCpmDist.Core.Tests.Corpus;

public sealed class TextCutsTests
{
    [Theory]
    [InlineData("one two three", 3)]
    [InlineData("one  two three", 8)]       // a run of spaces is a piece of its own
    [InlineData("one\n two three", 8)]
    [InlineData("中 中 a b", 9)]
    [InlineData(" one", -1)]
    [InlineData("one ", -1)]
    [InlineData(" ", -1)]
    [InlineData("", -1)]
    public void A_text_is_cut_at_a_single_space_between_plain_characters_and_nowhere_else(string text, int cut) =>
        Assert.Equal(cut, TextCuts.First(Encoding.UTF8.GetBytes(text)));
}
