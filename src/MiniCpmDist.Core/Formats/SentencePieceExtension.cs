using System.Buffers.Binary;
using System.Text;

namespace MiniCpmDist.Core.Formats;

/// <summary>
/// Adds pieces to a SentencePiece <c>.model</c> file. The file's own bytes stay as they are: in a protocol buffer more
/// items of a list may follow anywhere, and a message that comes twice is merged. So no id moves.
/// </summary>
public static class SentencePieceExtension
{
    /// <summary>Appends normal pieces.</summary>
    /// <param name="model">The content of the file.</param>
    /// <param name="pieces">Their texts, in the order in which they are to be merged: all come after the model's own
    /// merges.</param>
    public static byte[] Append(ReadOnlySpan<byte> model, IReadOnlyList<string> pieces)
    {
        const int PieceField = 1;
        const int TrainerSpec = 2;
        const int VocabularySize = 4;
        const int Text = 1;
        var table = SentencePieceTable.Read(model);
        var lowest = table.Pieces.Min(piece => piece.Score);
        var extended = new MemoryStream();
        extended.Write(model);
        foreach (var (index, text) in pieces.Index())
        {
            var piece = new MemoryStream();
            WriteBytes(piece, Text, Encoding.UTF8.GetBytes(text));
            WriteScore(piece, lowest - 1 - index);
            WriteBytes(extended, PieceField, piece.ToArray());
        }
        var spec = new MemoryStream();
        WriteVarint(spec, VocabularySize << 3);
        WriteVarint(spec, (ulong)(table.Pieces.Count + pieces.Count));
        WriteBytes(extended, TrainerSpec, spec.ToArray());
        return extended.ToArray();
    }

    private static void WriteScore(MemoryStream piece, float score)
    {
        const byte ScoreField = (2 << 3) | 5;
        Span<byte> bits = stackalloc byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bits, score);
        piece.WriteByte(ScoreField);
        piece.Write(bits);
    }

    private static void WriteBytes(MemoryStream message, int field, byte[] content)
    {
        const ulong LengthDelimited = 2;
        WriteVarint(message, ((ulong)field << 3) | LengthDelimited);
        WriteVarint(message, (ulong)content.Length);
        message.Write(content);
    }

    private static void WriteVarint(MemoryStream message, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            message.WriteByte((byte)(value | 0x80));
        message.WriteByte((byte)value);
    }
}
