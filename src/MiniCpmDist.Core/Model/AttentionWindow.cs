namespace MiniCpmDist.Core.Model;

/// <summary>
/// Neighbouring positions that attend in one matrix product: a segment, or several short ones, or a stem with its
/// branches, which a mask keeps apart.
/// </summary>
/// <param name="Segments">Their lengths, in order.</param>
public sealed record AttentionWindow(SegmentLengths Segments)
{
    /// <summary>
    /// Positions that several segments of a window have at most. Short products cost their calls, long ones their
    /// square; measured with nano (docs/decisions/tensors-and-kernels.md), where 32 and 128 are slower for segments of
    /// about 8.
    /// </summary>
    public const int SharedPositions = 64;

    public int Length { get; } = Segments.Sum();

    /// <summary>The windows of a micro-batch, read as one long row; a function of the lengths alone.</summary>
    /// <param name="segmentLengths">Positions of each segment, all of them positive.</param>
    public static IReadOnlyList<AttentionWindow> Of(SegmentLengths segmentLengths)
    {
        var windows = new List<AttentionWindow>();
        var (start, positions) = (0, 0L);
        for (var (first, end) = (0, 0); first < segmentLengths.Count; first = end)
        {
            end = EndOfFamily(segmentLengths, first);
            var length = 0L;
            for (var i = first; i < end; i++)
                length += segmentLengths[i];
            if (first > start && positions + length > SharedPositions)
            {
                windows.Add(new AttentionWindow(segmentLengths.Slice(start, first - start)));
                (start, positions) = (first, 0);
            }
            positions += length;
        }
        if (start < segmentLengths.Count)
            windows.Add(new AttentionWindow(segmentLengths.Slice(start, segmentLengths.Count - start)));
        return windows;
    }

    // A stem and its branches attend to each other, so they stay together.
    private static int EndOfFamily(SegmentLengths segmentLengths, int first)
    {
        var end = first + 1;
        while (end < segmentLengths.Count && segmentLengths.Branches[end] > 0)
            end++;
        return end;
    }

    /// <summary>
    /// Requires that each segment lies inside one row, a branch in that of its stem, and that the segments of a row
    /// fill it.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The segments do not; the message says where, what was expected and what was found.
    /// </exception>
    public static void RequireRows(SegmentLengths segmentLengths, long rows, long rowLength)
    {
        var (row, position) = (0L, 0L);
        for (var i = 0; i < segmentLengths.Count; i++)
        {
            var (length, room) = (segmentLengths[i], rowLength - position);
            if (row == rows || length < 1 || length > room)
            {
                var expected = row == rows
                    ? $"no segment after the end of the last of {rows} rows"
                    : $"a segment of 1 to {room} positions at position {position} of row {row}";
                throw new ArgumentException(
                    $"Expected {expected} (a row has {rowLength} positions), found segment {i} with {length}.",
                    nameof(segmentLengths));
            }
            if (position == 0 && segmentLengths.Branches[i] > 0)
            {
                throw new ArgumentException(
                    $"Expected segment {i}, which begins row {row}, to be no branch, found a branch of a segment in "
                        + "the row before.",
                    nameof(segmentLengths));
            }
            position += length;
            if (position == rowLength)
                (row, position) = (row + 1, 0);
        }
        if (row < rows)
        {
            throw new ArgumentException(
                $"Expected segments for {rows} rows of {rowLength} positions, "
                    + $"found {segmentLengths.Count} that end at position {position} of row {row}.",
                nameof(segmentLengths));
        }
    }
}
