using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Images;
using MiniCpmDist.Core.Model;

namespace MiniCpmDist.Data.TokenFolders;

/// <summary>
/// Sequences that go through the model together, in host memory. What an objective wants to know besides, its reader
/// adds in a record of its own that derives from this one.
/// </summary>
/// <param name="Ids">Row after row, <c>[rows, seq]</c>.</param>
/// <param name="Targets">The id that follows each, or -100 where there is no loss, <c>[rows, seq]</c>.</param>
/// <param name="SegmentLengths">Stretches that attend only to themselves and to their stem, row after row.</param>
/// <param name="Rows">Number of sequences.</param>
public record MicroBatch(long[] Ids, long[] Targets, SegmentLengths SegmentLengths, int Rows)
{
    /// <summary>Parts of pictures; positions count over all rows.</summary>
    public IReadOnlyList<PlacedPart> Images { get; init; } = [];

    /// <summary>Reads the sequences at some places.</summary>
    /// <param name="sources">Their sources, by index.</param>
    /// <param name="places">At least one.</param>
    public static MicroBatch Read(IReadOnlyList<TokenDataset> sources, ReadOnlySpan<SequenceRef> places)
    {
        var length = sources[0].SequenceLength;
        var (ids, targets) = (new long[places.Length * length], new long[places.Length * length]);
        var (segments, branches, images) = (new List<int>(), new List<int>(), new List<PlacedPart>());
        for (var row = 0; row < places.Length; row++)
        {
            var (start, place) = (row * length, places[row]);
            sources[place.Source].Read(
                place.Index, ids.AsSpan(start, length), targets.AsSpan(start, length), segments, branches);
            images.AddRange(sources[place.Source].Pictures(place.Index)
                .Select(part => part with { Position = start + part.Position }));
        }
        return new MicroBatch(ids, targets, SegmentLengths.Of(segments, branches), places.Length)
        {
            Images = images,
        };
    }
}
