using System.Buffers;
using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Data.Tokenization;

namespace MiniCpmDist.Data.Building;

/// <summary>Some neighbouring documents, tokenized.</summary>
internal sealed class EncodedBatch
{
    private const int KeptIds = 1 << 20;
    private readonly List<UnitDocument> _documents = [];
    private ArrayBufferWriter<int> _ids = new();

    /// <summary>Tokenizes a sample; false, with nothing added, where it is too long for that.</summary>
    public bool TryAdd(
        ReadOnlySpan<byte> input, ReadOnlySpan<byte> output, TextEncoder encoder, double heldOutFraction)
    {
        var before = _ids.WrittenCount;
        if (!input.IsEmpty && !encoder.TryEncode(input, _ids))
            return false;
        var inputIds = _ids.WrittenCount - before;
        if (!encoder.TryEncode(output, _ids))
            return false;
        _documents.Add(new UnitDocument(
            _ids.WrittenCount - before, inputIds, input.Length + output.Length, output.Length,
            HeldOutDraw.IsHeldOut(input, output, heldOutFraction)));
        return true;
    }

    /// <summary>Hands over all documents within bounds and empties the batch.</summary>
    /// <returns>Documents and ids that were written, and documents that were not.</returns>
    public (int Documents, long Ids, int LeftOut) WriteTo(UnitWriter writer, TokenBounds bounds)
    {
        var rest = _ids.WrittenSpan;
        var (documents, ids, leftOut) = (0, 0L, 0);
        foreach (var document in _documents)
        {
            if (bounds.Hold(document.Ids))
            {
                writer.Append(document, rest[..document.Ids]);
                (documents, ids) = (documents + 1, ids + document.Ids);
            }
            else
            {
                leftOut++;
            }
            rest = rest[document.Ids..];
        }
        Clear();
        return (documents, ids, leftOut);
    }

    /// <summary>Empties the batch, and frees the memory of one that was very long.</summary>
    public void Clear()
    {
        _documents.Clear();
        if (_ids.Capacity > KeptIds)
            _ids = new();
        else
            _ids.ResetWrittenCount();
    }
}
