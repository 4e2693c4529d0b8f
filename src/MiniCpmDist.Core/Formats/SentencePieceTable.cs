namespace MiniCpmDist.Core.Formats;

/// <summary>What a reader without SentencePiece needs of a <c>.model</c> file: its pieces, and how it cuts.</summary>
/// <param name="Pieces">In the order of their ids.</param>
/// <param name="IsBytePair">False for unigram, word and character models.</param>
/// <param name="AddsPrefix">True where a space is put in front of each text.</param>
/// <param name="RemovesSpaces">True where runs of spaces, and those at the ends, are taken away.</param>
/// <param name="Normalization">Name of the rule; <c>identity</c> leaves a text as it is.</param>
public sealed record SentencePieceTable(
    IReadOnlyList<SentencePiece> Pieces, bool IsBytePair, bool AddsPrefix, bool RemovesSpaces, string Normalization)
{
    private const string Identity = "identity";

    /// <param name="model">The content of a <c>.model</c> file.</param>
    public static SentencePieceTable Read(ReadOnlySpan<byte> model)
    {
        const int PieceField = 1;
        const int TrainerSpec = 2;
        const int NormalizerSpec = 3;
        const int ModelType = 3;
        const ulong BytePair = 2;
        var pieces = new List<SentencePiece>();
        var (isBytePair, prefix, removes, rule) = (false, true, true, Identity);
        var fields = new ProtocolBuffer(model);
        while (fields.Next(out var field, out _, out var content))
        {
            if (field == PieceField)
                pieces.Add(SentencePiece.Read(content));
            else if (field == NormalizerSpec)
                ReadNormalizer(content, ref prefix, ref removes, ref rule);
            else if (field == TrainerSpec)
            {
                var spec = new ProtocolBuffer(content);
                while (spec.Next(out var key, out var value, out _))
                    isBytePair |= key == ModelType && value == BytePair;
            }
        }
        return new SentencePieceTable(pieces, isBytePair, prefix, removes, rule);
    }

    private static void ReadNormalizer(ReadOnlySpan<byte> spec, ref bool prefix, ref bool removes, ref string rule)
    {
        const int Name = 1;
        const int CharacterMap = 2;
        const int DummyPrefix = 3;
        const int ExtraSpaces = 4;
        var (name, hasMap) = ("", false);
        var fields = new ProtocolBuffer(spec);
        while (fields.Next(out var field, out var value, out var content))
        {
            if (field == Name)
                name = System.Text.Encoding.UTF8.GetString(content);
            else if (field == CharacterMap)
                hasMap = !content.IsEmpty;
            else if (field == DummyPrefix)
                prefix = value != 0;
            else if (field == ExtraSpaces)
                removes = value != 0;
        }
        rule = hasMap ? name : Identity;
    }
}
