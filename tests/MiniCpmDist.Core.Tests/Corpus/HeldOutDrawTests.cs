using System.Text;
using MiniCpmDist.Core.Corpus;

namespace MiniCpmDist.Core.Tests.Corpus;

public sealed class HeldOutDrawTests
{
    [Theory]
    [InlineData(0.01)]
    [InlineData(0.2)]
    public void About_the_asked_share_of_texts_and_of_pairs_is_held_out(double fraction)
    {
        const int Count = 20_000;
        var texts = Enumerable.Range(0, Count).Count(i => IsHeldOut("", $"text {i}", fraction));
        var pairs = Enumerable.Range(0, Count).Count(i => IsHeldOut($"ask {i}", "the same answer", fraction));

        // Five standard deviations of a binomial.
        var tolerance = 5 * Math.Sqrt(Count * fraction * (1 - fraction));
        Assert.InRange(texts, Count * fraction - tolerance, Count * fraction + tolerance);
        Assert.InRange(pairs, Count * fraction - tolerance, Count * fraction + tolerance);
    }

    [Fact]
    public void What_a_smaller_share_holds_out_a_larger_one_does_too()
    {
        var texts = Enumerable.Range(0, 2000).Select(i => $"text {i}").ToList();
        var few = texts.Where(text => IsHeldOut("", text, 0.05)).ToHashSet();
        Assert.NotEmpty(few);
        Assert.Subset(texts.Where(text => IsHeldOut("", text, 0.1)).ToHashSet(), few);
    }

    [Theory]
    [InlineData("{0}\n")]
    [InlineData("\uFEFF{0}")]
    [InlineData("  {0}\r\n\r\n")]
    public void A_copy_that_looks_the_same_is_on_the_same_side(string form)
    {
        for (var i = 0; i < 1000; i++)
        {
            var text = $"the {i}th text,\n\nof several  words. 第{i}个文本";
            var copy = string.Format(System.Globalization.CultureInfo.InvariantCulture, form, text)
                .Replace(" ", i % 2 == 0 ? "\u00A0" : "\u3000\t", StringComparison.Ordinal)
                .Replace("words", "wo\u00ADr\u200Bds", StringComparison.Ordinal);
            Assert.Equal(IsHeldOut("", text, 0.5), IsHeldOut("", copy, 0.5));
        }
    }

    [Fact]
    public void A_pair_and_the_text_of_both_halves_are_on_the_same_side()
    {
        for (var i = 0; i < 1000; i++)
            Assert.Equal(IsHeldOut($"ask {i}", "an answer", 0.5), IsHeldOut("", $"ask {i}\nan answer", 0.5));
    }

    [Theory]
    [InlineData("A", "a")]
    [InlineData("1.0", "10")]
    [InlineData("é", "e")]
    public void Texts_that_a_reader_can_tell_apart_are_drawn_apart(string one, string other)
    {
        var differ = Enumerable.Range(0, 1000)
            .Count(i => IsHeldOut("", $"{i}: {one}", 0.5) != IsHeldOut("", $"{i}: {other}", 0.5));
        Assert.InRange(differ, 400, 600);
    }

    private static bool IsHeldOut(string input, string output, double fraction) =>
        HeldOutDraw.IsHeldOut(Encoding.UTF8.GetBytes(input), Encoding.UTF8.GetBytes(output), fraction);
}
