using MiniCpmDist.Core.Formats;

namespace MiniCpmDist.Core.Corpus;

/// <summary>
/// Fills sequences of one length with documents, in order and without gaps. A document that crosses the end of a
/// sequence goes on in the next one as a new part: no second begin, and the last target of the first part is the first
/// input of the next.
/// </summary>
/// <param name="sequenceLength">Positions of a sequence, 1 or more.</param>
/// <param name="packing">What a document's positions are.</param>
/// <param name="sink">Takes each sequence once it is full: its ids and its parts. Both are valid during the
/// call.</param>
public sealed class SequencePacker(int sequenceLength, Packing packing, SequencePacker.Sink sink)
{
    private readonly int[] _ids = new int[sequenceLength];
    private readonly List<SequencePart> _parts = [];

    /// <summary>Takes a full sequence.</summary>
    public delegate void Sink(ReadOnlySpan<int> ids, IReadOnlyList<SequencePart> parts);

    /// <summary>Positions of the sequence that is not full yet; what is left at the end is dropped.</summary>
    public int Pending { get; private set; }

    /// <summary>How many of the pending positions bear loss.</summary>
    public int PendingLossTokens => _parts.Sum(part => part.LossTokens);

    /// <summary>Positions that a document takes.</summary>
    /// <param name="ids">Its ids, begin and end included.</param>
    /// <param name="packing">How it is packed.</param>
    public static long Positions(long ids, Packing packing) => packing == Packing.Isolate ? ids - 1 : ids;

    /// <summary>Appends a document.</summary>
    /// <param name="ids">Begin, ids, end.</param>
    /// <param name="inputIds">Ids after the begin that belong to the input of a pair: they bear no loss. 0 for plain
    /// text, where every target bears it; of a pair, only the targets of the output and the end do.</param>
    public void Append(ReadOnlySpan<int> ids, int inputIds)
    {
        var positions = (int)Positions(ids.Length, packing);
        // The target of the position after the last id, which only Concatenate has, is the next document's begin. It
        // belongs to no pair's output.
        var lossEnd = inputIds > 0 ? ids.Length - 1 : positions;
        for (var at = 0; at < positions;)
        {
            var length = Math.Min(sequenceLength - Pending, positions - at);
            ids.Slice(at, length).CopyTo(_ids.AsSpan(Pending));
            var lastTarget = at + length < ids.Length ? ids[at + length] : ids[0];
            _parts.Add(Part(length, lastTarget, inputIds - at, lossEnd - at));
            Pending += length;
            at += length;
            if (Pending == sequenceLength)
                Flush();
        }
    }

    private static SequencePart Part(int length, int lastTarget, int lossStart, int lossEnd)
    {
        var start = Math.Clamp(lossStart, 0, length);
        var end = Math.Clamp(lossEnd, 0, length);
        return start < end ? new(length, lastTarget, start, end) : new(length, lastTarget, 0, 0);
    }

    private void Flush()
    {
        sink(_ids, _parts);
        _parts.Clear();
        Pending = 0;
    }
}
