using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Tests.Configuration;

public sealed class CommandLineTextTests
{
    [Theory]
    [InlineData("2h30m", 9000)]
    [InlineData("45m", 2700)]
    [InlineData("90s", 90)]
    [InlineData("1d12h", 129600)]
    [InlineData(" 1d2h3m4s ", 93784)]
    public void Durations_are_read_as_people_write_them(string text, double seconds)
    {
        Assert.True(WallTime.TryParse(text, out var duration));
        Assert.Equal(seconds, duration.TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0s")]
    [InlineData("30")]
    [InlineData("30m2h")]
    [InlineData("2h 30m")]
    [InlineData("-5m")]
    [InlineData("1.5h")]
    [InlineData("2h30m\n3")]
    [InlineData("99999999999s")]
    public void What_is_no_duration_above_zero_is_refused(string text) => Assert.False(WallTime.TryParse(text, out _));

    [Theory]
    [InlineData("10..12", 10, 12)]
    [InlineData("7", 7, 7)]
    [InlineData("3 .. 3", 3, 3)]
    public void Steps_are_read_with_both_ends(string text, long first, long last)
    {
        Assert.True(StepRange.TryParse(text, out var range));
        Assert.Equal(new StepRange(first, last), range);
        Assert.True(range.Contains(first) && range.Contains(last));
        Assert.False(range.Contains(first - 1) || range.Contains(last + 1));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0..3")]
    [InlineData("12..10")]
    [InlineData("1..2..3")]
    [InlineData("1...3")]
    [InlineData("a..b")]
    [InlineData("-1..3")]
    [InlineData("10-12")]
    public void What_is_no_range_of_steps_is_refused(string text) => Assert.False(StepRange.TryParse(text, out _));
}
