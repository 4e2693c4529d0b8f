using MiniCpmDist.Core.Corpus;

namespace MiniCpmDist.Core.Tests.Corpus;

public sealed class RowGroupSlicesTests
{
    [Fact]
    public void Slices_of_a_file_hold_each_group_once_and_in_order_however_it_is_cut()
    {
        long[] starts = [4, 90, 91, 500, 480, 999];
        for (var slices = 1; slices <= 40; slices++)
        {
            var cuts = Enumerable.Range(0, slices + 1).Select(i => 1000L * i / slices).ToArray();
            var groups = Enumerable.Range(0, slices)
                .SelectMany(i => RowGroupSlices.Within(starts, new FileSpan(0, cuts[i], cuts[i + 1], 1000)));
            Assert.Equal([0, 1, 2, 3, 4, 5], groups);
        }
    }

    [Fact]
    public void A_group_belongs_to_the_slice_in_which_it_begins()
    {
        Assert.Equal([1, 2], RowGroupSlices.Within([4, 100, 199, 200], new FileSpan(0, 100, 200, 300)));
        Assert.Empty(RowGroupSlices.Within([4, 250], new FileSpan(0, 100, 200, 300)));
        Assert.Equal([0, 1], RowGroupSlices.Within([4, 250], span: null));
    }
}
