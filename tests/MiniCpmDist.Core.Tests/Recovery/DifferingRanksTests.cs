using MiniCpmDist.Core.Recovery;

namespace MiniCpmDist.Core.Tests.Recovery;

public sealed class DifferingRanksTests
{
    [Theory]
    [InlineData(new ulong[] { }, new int[] { })]
    [InlineData(new ulong[] { 7 }, new int[] { })]
    [InlineData(new ulong[] { 7, 7, 7 }, new int[] { })]
    [InlineData(new ulong[] { 7, 8 }, new[] { 0, 1 })]
    [InlineData(new ulong[] { 8, 7, 7 }, new[] { 0 })]
    [InlineData(new ulong[] { 7, 7, 8, 9, 7 }, new[] { 2, 3 })]
    [InlineData(new ulong[] { 7, 7, 8, 8 }, new[] { 0, 1, 2, 3 })]
    [InlineData(new ulong[] { 7, 8, 9 }, new[] { 0, 1, 2 })]
    public void Those_are_named_that_more_than_half_disagree_with_and_all_where_nobody_knows(
        ulong[] hashes, int[] ranks) =>
        Assert.Equal(ranks, DifferingRanks.Of(hashes));

    [Fact]
    public void Causes_are_read_as_they_are_written()
    {
        foreach (var cause in Enum.GetValues<RollbackCause>())
            Assert.Equal(cause, RollbackCauseName.Parse(RollbackCauseName.Of(cause)));
        Assert.Throws<FormatException>(() => RollbackCauseName.Parse("whim"));
    }
}
