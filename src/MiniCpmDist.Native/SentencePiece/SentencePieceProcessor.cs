using System.Text;
using MiniCpmDist.Native.Loading;
using MiniCpmDist.Native.TorchExt;

namespace MiniCpmDist.Native.SentencePiece;

/// <summary>
/// A SentencePiece model: text to piece ids and back. Its methods may be called by several threads at once.
/// </summary>
public sealed class SentencePieceProcessor : IDisposable
{
    private readonly SafeProcessorHandle _handle;

    private SentencePieceProcessor(SafeProcessorHandle handle, int pieceCount, int bosId, int eosId, int unknownId)
    {
        _handle = handle;
        PieceCount = pieceCount;
        BosId = bosId;
        EosId = eosId;
        UnknownId = unknownId;
    }

    /// <summary>Number of pieces; ids run from 0 to one less.</summary>
    public int PieceCount { get; }

    /// <summary>Id of the piece that begins a document; -1 when the model has none.</summary>
    public int BosId { get; }

    /// <summary>Id of the piece that ends a document; -1 when the model has none.</summary>
    public int EosId { get; }

    /// <summary>Id of the piece for text that the model cannot spell.</summary>
    public int UnknownId { get; }

    /// <summary>
    /// Loads a <c>.model</c> file. Throws <see cref="NativeException"/> when it is missing or something else.
    /// </summary>
    public static SentencePieceProcessor Load(string modelPath)
    {
        Interop.mcd_sentencepiece_processor_load(modelPath, out var handle);
        try
        {
            Interop.mcd_sentencepiece_processor_describe(
                handle, out var pieces, out var bos, out var eos, out var unknown);
            return new SentencePieceProcessor(handle, pieces, bos, eos, unknown);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>The ids of <paramref name="text"/>, without bos and eos.</summary>
    public int[] Encode(string text) => Encode(Encoding.UTF8.GetBytes(text));

    /// <summary>The ids of a text in UTF-8, without bos and eos.</summary>
    public int[] Encode(ReadOnlySpan<byte> utf8)
    {
        // A piece covers at least a byte, but for the space that is put in front: this is nearly always enough room.
        var ids = new int[utf8.Length + 16];
        Interop.mcd_sentencepiece_processor_encode(_handle, utf8, utf8.Length, ids, ids.Length, out var count);
        if (count > ids.Length)
        {
            ids = new int[count];
            Interop.mcd_sentencepiece_processor_encode(_handle, utf8, utf8.Length, ids, ids.Length, out count);
        }
        Array.Resize(ref ids, checked((int)count));
        return ids;
    }

    /// <summary>
    /// Writes as many ids of a text in UTF-8 as there is room for, without bos and eos, and returns how many there are.
    /// </summary>
    public long Encode(ReadOnlySpan<byte> utf8, Span<int> ids)
    {
        Interop.mcd_sentencepiece_processor_encode(_handle, utf8, utf8.Length, ids, ids.Length, out var count);
        return count;
    }

    /// <summary>
    /// The ids of a text in UTF-8, without bos and eos, and the byte at which the piece of each begins.
    /// </summary>
    public (int[] Ids, long[] Begins) EncodeWithPlaces(ReadOnlySpan<byte> utf8)
    {
        var (ids, begins, count) = (new int[utf8.Length + 16], new long[utf8.Length + 16], 0L);
        while (true)
        {
            Interop.mcd_sentencepiece_processor_encode_places(
                _handle, utf8, utf8.Length, ids, begins, ids.Length, out count);
            if (count <= ids.Length)
                return (ids[..(int)count], begins[..(int)count]);
            (ids, begins) = (new int[count], new long[count]);
        }
    }

    /// <summary>
    /// The text of <paramref name="ids"/>; control pieces give nothing, bytes that form no UTF-8 give U+FFFD.
    /// </summary>
    public string Decode(ReadOnlySpan<int> ids) => Encoding.UTF8.GetString(DecodeBytes(ids));

    /// <summary>
    /// The text of the ids, as <see cref="Decode"/> gives it, in UTF-8. Throws <see cref="NativeException"/> for an id
    /// that is no piece.
    /// </summary>
    public byte[] DecodeBytes(ReadOnlySpan<int> ids)
    {
        var text = new byte[(ids.Length * 8L) + 64];
        Interop.mcd_sentencepiece_processor_decode(_handle, ids, ids.Length, text, text.Length, out var bytes);
        if (bytes > text.Length)
        {
            text = new byte[bytes];
            Interop.mcd_sentencepiece_processor_decode(_handle, ids, ids.Length, text, text.Length, out bytes);
        }
        Array.Resize(ref text, checked((int)bytes));
        return text;
    }

    /// <summary>
    /// The piece as the model spells it, with U+2581 for a space: "▁the", "&lt;s&gt;", "&lt;0x0A&gt;".
    /// </summary>
    public string Piece(int id)
    {
        Interop.mcd_sentencepiece_processor_piece(_handle, id, out var text, out var bytes);
        return Encoding.UTF8.GetString(NativeSpan.Of<byte>(text, checked((int)bytes)));
    }

    public void Dispose() => _handle.Dispose();
}
