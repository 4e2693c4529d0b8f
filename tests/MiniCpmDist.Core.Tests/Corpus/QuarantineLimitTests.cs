using MiniCpmDist.Core.Corpus;

namespace MiniCpmDist.Core.Tests.Corpus;

public sealed class QuarantineLimitTests
{
    [Theory]
    [InlineData(19, 29, true)]
    [InlineData(1, 10, false)]
    [InlineData(2, 19, true)]
    [InlineData(100, 1000, false)]
    [InlineData(100, 999, true)]
    [InlineData(101, 10_100, false)]
    [InlineData(101, 10_099, true)]
    public void One_percent_of_the_lines_is_tolerated_and_ten_where_they_are_a_hundred_at_most(
        long broken, long lines, bool passed) => Assert.Equal(passed, QuarantineLimit.IsPassed(broken, lines));

    [Theory]
    [InlineData(19, 29, 0.7, false)]
    [InlineData(21, 29, 0.7, true)]
    [InlineData(1, 1000, 0, true)]
    [InlineData(29, 29, 1, false)]
    public void The_user_may_allow_more_or_less(long broken, long lines, double allowed, bool passed) =>
        Assert.Equal(passed, QuarantineLimit.IsPassed(broken, lines, allowed));

    [Theory]
    [InlineData(10_000, 10_000, null, false)]
    [InlineData(10_001, 20_002, null, false)]
    [InlineData(10_001, 20_001, null, true)]
    [InlineData(10_001, 20_001, 0.6, false)]
    [InlineData(10_001, 20_001, 0.1, true)]
    public void Reading_on_is_hopeless_where_most_of_very_many_lines_are_broken(
        long broken, long lines, double? allowed, bool hopeless) =>
        Assert.Equal(hopeless, QuarantineLimit.IsHopeless(broken, lines, allowed));
}
