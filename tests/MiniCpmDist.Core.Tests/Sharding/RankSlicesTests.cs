using MiniCpmDist.Core.Sharding;

namespace MiniCpmDist.Core.Tests.Sharding;

public sealed class RankSlicesTests
{
    private readonly RankSlices _slices = new([(10, 5), (20, 10), (40, 2)]);

    [Fact]
    public void Parts_lie_one_behind_the_other()
    {
        Assert.Equal(17, _slices.Count);
        Assert.Equal([0L, 5, 15], Enumerable.Range(0, 3).Select(_slices.PlaceOf));
    }

    [Fact]
    public void A_stretch_is_cut_where_the_rank_owns_nothing() =>
        Assert.Equal([(12, 2, 3), (20, 5, 10), (40, 15, 1)], _slices.Within(12, 29));

    [Theory]
    [InlineData(0, 10)]
    [InlineData(15, 5)]
    [InlineData(42, 100)]
    [InlineData(12, 0)]
    public void A_stretch_between_the_parts_has_nothing_in_common_with_them(long offset, long count) =>
        Assert.Empty(_slices.Within(offset, count));
}
