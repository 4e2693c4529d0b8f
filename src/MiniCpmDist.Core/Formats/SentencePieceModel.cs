namespace MiniCpmDist.Core.Formats;

/// <summary>
/// What a SentencePiece <c>.model</c> file (a protocol buffer) says about how far a text's ids depend on its
/// neighbours.
/// </summary>
public static class SentencePieceModel
{
    private const int Pieces = 1;
    private const int TrainerSpec = 2;
    private const int NormalizerSpec = 3;
    private const ulong BytePairEncoding = 2;

    private static ReadOnlySpan<byte> Space => "\u2581"u8;

    /// <summary>
    /// True where a word and the space in front of it have the ids that they have alone, whatever stands around them.
    /// This takes a byte-pair model (its merges happen inside pieces; a unigram's sums could round differently), no
    /// piece that goes on after a word into a space, one space put in front of each text, and no normalization.
    /// </summary>
    /// <param name="model">The content of the file. What is no model gives false.</param>
    public static bool CanCutAtSpaces(ReadOnlySpan<byte> model)
    {
        var (isBytePair, isPlain, hasSpace) = (false, true, false);
        var fields = new ProtocolBuffer(model);
        while (fields.Next(out var field, out _, out var content))
        {
            if (field == TrainerSpec)
                isBytePair |= IsBytePair(content, ref isPlain);    // a message may come in two parts
            else if (field == NormalizerSpec)
                isPlain &= IsPlainNormalizer(content);
            else if (field == Pieces)
            {
                var piece = PieceText(content);
                hasSpace |= piece.SequenceEqual(Space);
                isPlain &= !GoesOnIntoSpace(piece);
            }
        }
        return isBytePair && isPlain && hasSpace && !fields.IsBroken;
    }

    /// <summary>The pieces of a model in the order of their ids: text in UTF-8, and kind.</summary>
    internal static List<(byte[] Text, ulong Type)> PiecesOf(ReadOnlySpan<byte> model)
    {
        var pieces = new List<(byte[], ulong)>();
        var fields = new ProtocolBuffer(model);
        while (fields.Next(out var field, out _, out var content))
        {
            if (field == Pieces)
                pieces.Add((PieceText(content).ToArray(), TypeOf(content)));
        }
        return pieces;
    }

    private static bool IsBytePair(ReadOnlySpan<byte> spec, ref bool isPlain)
    {
        const int ModelType = 3;
        const int WhitespaceAsSuffix = 24;
        var isBytePair = false;
        var fields = new ProtocolBuffer(spec);
        while (fields.Next(out var field, out var value, out _))
        {
            if (field == ModelType)
                isBytePair = value == BytePairEncoding;
            else if (field == WhitespaceAsSuffix)
                isPlain &= value == 0;
        }
        return isBytePair;
    }

    private static bool IsPlainNormalizer(ReadOnlySpan<byte> spec)
    {
        const int CharacterMap = 2;
        const int DummyPrefix = 3;
        const int EscapeSpaces = 5;
        const int Rules = 6;
        var isPlain = true;
        var fields = new ProtocolBuffer(spec);
        while (fields.Next(out var field, out var value, out var content))
        {
            isPlain &= field switch
            {
                CharacterMap or Rules => content.IsEmpty,
                DummyPrefix or EscapeSpaces => value != 0,
                _ => true,
            };
        }
        return isPlain;
    }

    private static ReadOnlySpan<byte> PieceText(ReadOnlySpan<byte> piece)
    {
        var fields = new ProtocolBuffer(piece);
        while (fields.Next(out var field, out _, out var content))
        {
            if (field == 1)
                return content;
        }
        return default;
    }

    private static ulong TypeOf(ReadOnlySpan<byte> piece)
    {
        const int Type = 3;
        const ulong Normal = 1;
        var fields = new ProtocolBuffer(piece);
        while (fields.Next(out var field, out var value, out _))
        {
            if (field == Type)
                return value;
        }
        return Normal;
    }

    private static bool GoesOnIntoSpace(ReadOnlySpan<byte> piece)
    {
        if (piece.Contains((byte)' '))
            return true;
        while (piece.StartsWith(Space))
            piece = piece[Space.Length..];
        return piece.IndexOf(Space) >= 0;
    }
}
