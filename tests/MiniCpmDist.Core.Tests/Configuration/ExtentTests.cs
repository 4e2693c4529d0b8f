using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Tests.Configuration;

public sealed class ExtentTests
{
    [Theory]
    [InlineData("10M tokens", 10_000_000, ExtentUnit.Tokens)]
    [InlineData("1 token", 1, ExtentUnit.Tokens)]
    [InlineData("500 steps", 500, ExtentUnit.Steps)]
    [InlineData("2_000 steps", 2000, ExtentUnit.Steps)]
    [InlineData(" 10% ", 10, ExtentUnit.Percent)]
    [InlineData("2.5 %", 2.5, ExtentUnit.Percent)]
    public void A_length_has_an_amount_and_a_unit(string text, double amount, ExtentUnit unit) =>
        Assert.Equal(new Extent(amount, unit), Extent.Parse(text));

    [Theory]
    [InlineData("10M tokens", "10M tokens")]
    [InlineData("2000 steps", "2K steps")]
    [InlineData("1 steps", "1 step")]
    [InlineData("12.5%", "12.5%")]
    [InlineData("40960 tokens", "40960 tokens")]
    public void What_is_written_is_read_as_the_same_length(string text, string written)
    {
        Assert.Equal(written, Extent.Parse(text).ToString());
        Assert.Equal(Extent.Parse(text), Extent.Parse(written));
    }

    [Theory]
    [InlineData("500", "`500 steps` or `500 tokens`")]
    [InlineData("10M", "`10M steps` or `10M tokens`")]
    [InlineData("many steps", "a number and its unit")]
    [InlineData("1.5 steps", "a number and its unit")]
    [InlineData("-5 steps", "a number and its unit")]
    [InlineData("-5%", "a number and its unit")]
    [InlineData("10 epochs", "a number and its unit")]
    [InlineData("", "a number and its unit")]
    public void Without_a_unit_or_a_whole_amount_the_user_is_told_what_to_write(string text, string fix)
    {
        var error = Assert.Throws<ConfigurationException>(() => Extent.Parse(text));

        Assert.Contains(fix, error.Message, StringComparison.Ordinal);
        Assert.Contains("500 steps", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_and_percentages_become_tokens()
    {
        Assert.Equal(10_000_000, Extent.Parse("10M tokens").InTokens(2048, 0));
        Assert.Equal(1_024_000, Extent.Parse("500 steps").InTokens(2048, 0));
        Assert.Equal(100, Extent.Parse("10%").InTokens(2048, 1000));
    }
}
