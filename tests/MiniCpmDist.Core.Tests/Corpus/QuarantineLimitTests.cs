using MiniCpmDist.Core.Corpus;

namespace MiniCpmDist.Core.Tests.Corpus;

public sealed class QuarantineLimitTests
{
    [Theory]
    [InlineData(100, 0, false)]
    [InlineData(101, 0, true)]
    [InlineData(101, 9_999, false)]
    [InlineData(101, 9_998, true)]
    public void A_hundred_lines_or_one_percent_are_tolerated(long lines, long documents, bool passed) =>
        Assert.Equal(passed, QuarantineLimit.IsPassed(lines, documents));

    [Theory]
    [InlineData(10_000, 0, false)]
    [InlineData(10_001, 10_001, false)]
    [InlineData(10_001, 10_000, true)]
    public void Reading_on_is_hopeless_where_most_of_very_many_lines_are_broken(
        long lines, long documents, bool hopeless) =>
        Assert.Equal(hopeless, QuarantineLimit.IsHopeless(lines, documents));
}
