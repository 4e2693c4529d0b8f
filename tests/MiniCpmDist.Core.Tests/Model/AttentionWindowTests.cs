using MiniCpmDist.Core.Model;

namespace MiniCpmDist.Core.Tests.ModelShape;

public sealed class AttentionWindowTests
{
    private const int Shared = AttentionWindow.SharedPositions;

    [Fact]
    public void Short_neighbours_share_a_window_and_a_long_segment_has_its_own()
    {
        Assert.Equal([[10, 20], [Shared + 1], [Shared], [1, 2, 3]], Windows(10, 20, Shared + 1, Shared, 1, 2, 3));
    }

    [Fact]
    public void Windows_hold_all_segments_in_order_and_two_neighbours_never_fit_in_one()
    {
        var random = new Random(11);
        for (var attempt = 0; attempt < 200; attempt++)
        {
            int[] lengths = [.. Enumerable.Range(0, random.Next(1, 60)).Select(_ => random.Next(1, 2 * Shared))];

            var windows = AttentionWindow.Of([.. lengths]);

            Assert.Equal(lengths, windows.SelectMany(window => window.Segments));
            Assert.All(windows, window => Assert.True(window.Segments.Count == 1 || window.Length <= Shared));
            Assert.All(
                windows.Zip(windows.Skip(1)),
                pair => Assert.True(pair.First.Length + pair.Second.Segments[0] > Shared));
        }
    }

    [Theory]
    [InlineData(new[] { 3, 5 }, "a segment of 1 to 3 positions at position 3 of row 0", "segment 1 with 5")]
    [InlineData(new[] { 6, 0, 6 }, "a segment of 1 to 6 positions at position 0 of row 1", "segment 1 with 0")]
    [InlineData(new[] { 6, 2, -2 }, "a segment of 1 to 4 positions at position 2 of row 1", "segment 2 with -2")]
    [InlineData(new[] { 6, 6, 6 }, "no segment after the end of the last of 2 rows", "segment 2 with 6")]
    [InlineData(new[] { 6, 2 }, "segments for 2 rows of 6 positions", "2 that end at position 2 of row 1")]
    [InlineData(new int[0], "segments for 2 rows of 6 positions", "0 that end at position 0 of row 0")]
    public void Segments_that_do_not_fit_two_rows_of_six_are_told_with_what_was_expected_and_found(
        int[] lengths, string expected, string found)
    {
        var thrown = Assert.Throws<ArgumentException>(() => AttentionWindow.RequireRows([.. lengths], 2, 6));

        Assert.Contains("Expected " + expected, thrown.Message, StringComparison.Ordinal);
        Assert.Contains("found " + found, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stem_and_its_branches_share_a_window_however_long_they_are()
    {
        var segments = SegmentLengths.Of([10, Shared, 5, 3, 4, 2, Shared], [0, 0, 1, 2, 0, 1, 0]);

        var windows = AttentionWindow.Of(segments);

        Assert.Equal([[10], [Shared, 5, 3], [4, 2], [Shared]], windows.Select(window => window.Segments));
        Assert.Equal([0, 1, 2], windows[1].Segments.Branches);
        Assert.Equal([0, 1], windows[2].Segments.Branches);
    }

    [Fact]
    public void Positions_of_a_branch_go_on_from_the_end_of_its_stem()
    {
        var segments = SegmentLengths.Of([2, 3, 2, 1], [0, 1, 2, 0]);

        Assert.Equal([0L, 1, 2, 3, 4, 2, 3, 0], segments.Positions());
        Assert.Equal([0, 2, 2, 0], Enumerable.Range(0, 4).Select(segments.StemLength));
    }

    [Theory]
    [InlineData(new[] { 1, 0 }, "segment 0 to be no branch, found 1")]
    [InlineData(new[] { 0, 2 }, "segment 1 to be no branch (0) or branch 1, found 2")]
    [InlineData(new[] { 0, -1 }, "found -1")]
    [InlineData(new[] { 0 }, "Expected 2 numbers of branches, found 1")]
    public void Branches_that_do_not_follow_their_stem_are_refused(int[] branches, string message)
    {
        var thrown = Assert.Throws<ArgumentException>(() => SegmentLengths.Of([2, 3], branches));

        Assert.Contains(message, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Segments_that_fill_each_row_are_accepted()
    {
        AttentionWindow.RequireRows([6, 1, 5], 2, 6);
        AttentionWindow.RequireRows([1, 2, 3, 6], 2, 6);
    }

    private static IEnumerable<IReadOnlyList<int>> Windows(params int[] lengths) =>
        AttentionWindow.Of([.. lengths]).Select(window => window.Segments);
}
