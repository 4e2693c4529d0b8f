using System.Text;
using MiniCpmDist.Core.Corpus;

namespace MiniCpmDist.Core.Tests.Corpus;

public sealed class TextCutsTests
{
    [Theory]
    [InlineData("one two three", 8, 7)]
    [InlineData("one two three", 7, 7)]
    [InlineData("one two three", 2, 3)]
    [InlineData("one  two", 4, -1)]         // a run of spaces is a piece of its own
    [InlineData("one\n two", 5, -1)]
    [InlineData("中 中", 4, -1)]
    [InlineData(" one", 1, -1)]
    [InlineData("one ", 4, -1)]
    [InlineData("", 3, -1)]
    public void A_text_is_cut_at_a_single_space_between_plain_characters_and_nowhere_else(string text, int best, int cut) =>
        Assert.Equal(cut, TextCuts.Find(Encoding.UTF8.GetBytes(text), best));
}
