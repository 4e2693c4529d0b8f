using System.Text;
using MiniCpmDist.Core.Deduplication;

namespace MiniCpmDist.Core.Tests.Deduplication;

public sealed class WordListTests
{
    [Theory]
    [InlineData("The cat, the CAT", "The|cat|the|CAT")]
    [InlineData("don't  stop\n2 3.5", "don|t|stop|2|3|5")]
    [InlineData("Straße Ünïcode", "Straße|Ünïcode")]
    [InlineData("我爱自然语言", "我|爱|自|然|语|言")]
    [InlineData("用GPT4模型。", "用|GPT4|模|型")]
    [InlineData("カタカナ と 한국어", "カ|タ|カ|ナ|と|한국어")]
    [InlineData("𠀀𠀁 ok", "𠀀|𠀁|ok")]
    [InlineData("", "")]
    [InlineData(" .,;—🙂 ", "")]
    public void Words_are_runs_of_letters_and_digits_and_single_characters_where_scripts_have_no_spaces(
        string text, string words)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var list = Of(text);

        var found = Enumerable.Range(0, list.Count)
            .Select(i => Encoding.UTF8.GetString(utf8.AsSpan()[list.Starts[i]..list.Ends[i]]));

        Assert.Equal(words, string.Join('|', found));
    }

    [Theory]
    [InlineData("The Cat", "the   cat!")]
    [InlineData("ÀÉ", "àé")]
    public void Case_and_what_stands_between_words_do_not_count(string left, string right) =>
        Assert.Equal(Of(left).Hashes.ToArray(), Of(right).Hashes.ToArray());

    [Fact]
    public void Different_words_have_different_hashes_whatever_their_length()
    {
        var words = Enumerable.Range(0, 200_000).Select(i => new string('x', i % 20) + i).Distinct().ToList();

        var hashes = Of(string.Join(' ', words)).Hashes.ToArray();

        Assert.Equal(words.Count, hashes.Distinct().Count());
    }

    [Fact]
    public void A_list_that_is_filled_again_has_forgotten_the_last_text()
    {
        var list = Of("some words before");
        list.Clear();
        list.Add("other words"u8);

        Assert.Equal(Of("other words").Hashes.ToArray(), list.Hashes.ToArray());
    }

    private static WordList Of(string text)
    {
        var list = new WordList();
        list.Add(Encoding.UTF8.GetBytes(text));
        return list;
    }
}
