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

    [Fact]
    public void Where_a_pair_is_divided_matters()
    {
        var differ = Enumerable.Range(0, 1000)
            .Count(i => IsHeldOut($"{i} ab", "c", 0.5) != IsHeldOut($"{i} a", "bc", 0.5));
        Assert.InRange(differ, 400, 600);
    }

    private static bool IsHeldOut(string input, string output, double fraction) =>
        HeldOutDraw.IsHeldOut(Encoding.UTF8.GetBytes(input), Encoding.UTF8.GetBytes(output), fraction);
}
