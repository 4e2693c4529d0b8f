namespace MiniCpmDist.Core.Formats;

/// <summary>One piece of a SentencePiece model.</summary>
/// <param name="Text">In UTF-8, with U+2581 for a space.</param>
/// <param name="Score">The merge with the highest score is done first.</param>
/// <param name="Kind">SentencePiece's number: 1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 a
/// byte.</param>
public sealed record SentencePiece(byte[] Text, float Score, int Kind)
{
    public const int Normal = 1;
    public const int UserDefined = 4;
    public const int Unused = 5;

    internal static SentencePiece Read(ReadOnlySpan<byte> piece)
    {
        const int TextField = 1;
        const int ScoreField = 2;
        const int KindField = 3;
        var (text, score, kind) = (Array.Empty<byte>(), 0f, Normal);
        var fields = new ProtocolBuffer(piece);
        while (fields.Next(out var field, out var value, out var content))
        {
            if (field == TextField)
                text = content.ToArray();
            else if (field == ScoreField)
                score = BitConverter.UInt32BitsToSingle((uint)value);
            else if (field == KindField)
                kind = (int)value;
        }
        return new SentencePiece(text, score, kind);
    }
}
