using System.Globalization;

namespace MiniCpmDist.Core.DataOrder;

/// <summary>
/// The order in which a run reads the sequences of a source: each part in an order of its own when its time comes, and
/// after that passes over all parts that have come by then.
/// </summary>
/// <remarks>
/// A source of one part has the <see cref="SequenceOrder"/> of its name: its first pass is that order's epoch 0. Part
/// k, counted from 1, is read in epoch 0 of the order NAME/k over its own sequences, and the passes after it are epochs
/// 1, 2, ... of the order NAME/k over all sequences up to it. No source has a slash in its name, so no other one has
/// these orders.
/// </remarks>
public sealed class SourceOrder
{
    private readonly (SourcePart Part, long Before, SequenceOrder Own, SequenceOrder All)[] _parts;

    public SourceOrder(ulong seed, OrderedSource source)
    {
        _parts = new (SourcePart, long, SequenceOrder, SequenceOrder)[source.Parts.Count];
        var before = 0L;
        foreach (var (i, part) in source.Parts.Index())
        {
            var name = i == 0
                ? source.Name
                : string.Create(CultureInfo.InvariantCulture, $"{source.Name}/{i + 1}");
            _parts[i] = (
                part, before, new SequenceOrder(seed, name, part.Sequences),
                new SequenceOrder(seed, name, before + part.Sequences));
            before += part.Sequences;
        }
    }

    /// <summary>
    /// The sequence that is read at a place. Sequences are counted part by part.
    /// </summary>
    /// <param name="cursor">Sequences of the source read since the beginning of the run.</param>
    public long IndexAt(long cursor)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cursor);
        var (part, before, own, all) = _parts.Last(entry => entry.Part.Start <= cursor);
        var place = cursor - part.Start;
        return place < part.Sequences
            ? before + own.IndexAt(place)
            : all.IndexAt(place - part.Sequences + all.SequenceCount);
    }
}
