using System.Text;

namespace MiniCpmDist.Core.Formats;

/// <summary>The pieces of a SentencePiece model that stand for no text of their own.</summary>
/// <param name="Unknown">For what the model has no piece for.</param>
/// <param name="Begin">In front of each document.</param>
/// <param name="End">After each document.</param>
/// <param name="Padding">Null where the model has none.</param>
public sealed record SpecialPieces(SpecialPiece Unknown, SpecialPiece Begin, SpecialPiece End, SpecialPiece? Padding)
{
    private const int TrainerSpec = 2;
    private const ulong UnknownType = 2;

    /// <summary>The pieces of MiniCPM's tokenizer, which are also SentencePiece's defaults.</summary>
    public static SpecialPieces Standard { get; } =
        new(new SpecialPiece(0, "<unk>"), new SpecialPiece(1, "<s>"), new SpecialPiece(2, "</s>"), Padding: null);

    /// <summary>All of the pieces, in the order of their ids.</summary>
    public IEnumerable<SpecialPiece> All =>
        new[] { Unknown, Begin, End, Padding }.OfType<SpecialPiece>().OrderBy(piece => piece.Id);

    /// <param name="model">The content of a <c>.model</c> file. What it does not say is as in <see
    /// cref="Standard"/>.</param>
    public static SpecialPieces Read(ReadOnlySpan<byte> model)
    {
        var ids = new Dictionary<string, int>();
        var unknown = Standard.Unknown;
        var (begin, end, padding) = (Standard.Begin.Text, Standard.End.Text, "<pad>");
        var fields = new ProtocolBuffer(model);
        while (fields.Next(out var field, out _, out var content))
        {
            if (field == TrainerSpec)
                ReadNames(content, ref begin, ref end, ref padding);
        }
        foreach (var (id, (bytes, type)) in SentencePieceModel.PiecesOf(model).Index())
        {
            var text = Encoding.UTF8.GetString(bytes);
            if (type == UnknownType)
                unknown = new SpecialPiece(id, text);
            ids.TryAdd(text, id);
        }
        return new SpecialPieces(
            unknown, Find(begin) ?? Standard.Begin, Find(end) ?? Standard.End, Find(padding));

        SpecialPiece? Find(string text) => ids.TryGetValue(text, out var id) ? new SpecialPiece(id, text) : null;
    }

    private static void ReadNames(ReadOnlySpan<byte> spec, ref string begin, ref string end, ref string padding)
    {
        const int BeginPiece = 46;
        const int EndPiece = 47;
        const int PaddingPiece = 48;
        var fields = new ProtocolBuffer(spec);
        while (fields.Next(out var field, out _, out var content))
        {
            if (field == BeginPiece)
                begin = Encoding.UTF8.GetString(content);
            else if (field == EndPiece)
                end = Encoding.UTF8.GetString(content);
            else if (field == PaddingPiece)
                padding = Encoding.UTF8.GetString(content);
        }
    }
}

/// <summary>A piece with its id.</summary>
/// <param name="Id">Its row in the embedding.</param>
/// <param name="Text">As the model spells it.</param>
public sealed record SpecialPiece(int Id, string Text);
