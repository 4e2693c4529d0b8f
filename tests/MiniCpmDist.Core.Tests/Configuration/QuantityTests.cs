using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Tests.Configuration;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("2048", 2048)]
    [InlineData("122_753", 122_753)]
    [InlineData("4K", 4000)]
    [InlineData("1.1M", 1_100_000)]
    [InlineData("3.93m", 3_930_000)]
    [InlineData("1.1B", 1_100_000_000)]
    [InlineData("2 M", 2_000_000)]
    [InlineData("1e-8", 1e-8)]
    [InlineData("-0.5", -0.5)]
    public void Numbers_are_read_as_people_write_them(string text, double expected)
    {
        Assert.True(Quantity.TryParse(text, out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("M")]
    [InlineData("_1")]
    [InlineData("1_")]
    [InlineData("1__0")]
    [InlineData("1,000")]
    [InlineData("10MB")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1e999")]
    [InlineData("ten")]
    public void What_is_no_finite_number_is_refused(string text) => Assert.False(Quantity.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(999, "999")]
    [InlineData(4000, "4K")]
    [InlineData(4096, "4096")]
    [InlineData(1_100_000, "1100K")]
    [InlineData(20_000_000_000, "20B")]
    public void Suffixes_are_used_where_they_lose_nothing(long value, string expected) =>
        Assert.Equal(expected, Quantity.Write(value));
}
