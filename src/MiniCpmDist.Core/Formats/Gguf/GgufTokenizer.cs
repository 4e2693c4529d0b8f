using System.Text;

namespace MiniCpmDist.Core.Formats.Gguf;

/// <summary>A SentencePiece model as the keys of a GGUF file, from which llama.cpp makes the same ids.</summary>
public static class GgufTokenizer
{
    private const float UnusedScore = -10_000;

    /// <summary>Adds the keys.</summary>
    /// <param name="header">Of the file.</param>
    /// <param name="table">The model.</param>
    /// <param name="special">Its pieces for begin, end, unknown and padding.</param>
    /// <param name="rows">Rows of the embedding; those beyond the pieces stand for no text and are padded.</param>
    /// <param name="chatTemplate">Null where the model continues texts and holds no conversations.</param>
    public static void Add(
        GgufHeader header, SentencePieceTable table, SpecialPieces special, int rows, string? chatTemplate)
    {
        var pieces = table.Pieces
            .Concat(Enumerable.Range(0, Math.Max(0, rows - table.Pieces.Count)).Select(Padding))
            .ToArray();
        header.Add("tokenizer.ggml.model", "llama");
        header.Add("tokenizer.ggml.pre", "default");
        header.Add("tokenizer.ggml.tokens", [.. pieces.Select(piece => piece.Text)]);
        header.Add("tokenizer.ggml.scores", [.. pieces.Select(piece => piece.Score)]);
        header.Add("tokenizer.ggml.token_type", [.. pieces.Select(KindOf)]);
        header.Add("tokenizer.ggml.bos_token_id", (uint)special.Begin.Id);
        header.Add("tokenizer.ggml.eos_token_id", (uint)special.End.Id);
        header.Add("tokenizer.ggml.unknown_token_id", (uint)special.Unknown.Id);
        if (special.Padding is { } padding)
            header.Add("tokenizer.ggml.padding_token_id", (uint)padding.Id);
        header.Add("tokenizer.ggml.add_bos_token", true);
        header.Add("tokenizer.ggml.add_eos_token", false);
        header.Add("tokenizer.ggml.add_space_prefix", table.AddsPrefix);
        if (chatTemplate is not null)
            header.Add("tokenizer.chat_template", chatTemplate);
    }

    /// <summary>What llama.cpp will do otherwise than SentencePiece, in sentences.</summary>
    public static IEnumerable<string> Notes(SentencePieceTable table)
    {
        if (table.RemovesSpaces)
            yield return "the tokenizer removes extra spaces, and llama.cpp does not: texts with such spaces get "
                + "other ids there";
        if (table.Normalization != "identity")
            yield return $"the tokenizer normalizes texts ({table.Normalization}), and llama.cpp does not: texts that "
                + "this changes get other ids there";
        if (table.Pieces.Any(piece => piece.Kind == SentencePiece.UserDefined && !IsOneCharacter(piece)))
            yield return "the tokenizer has user-defined symbols of several characters, and llama.cpp puts a space "
                + "after each: texts with such symbols get other ids there";
    }

    /// <summary>
    /// llama.cpp puts a space after every user-defined symbol. A symbol of one character needs no protection from
    /// merges that do not exist, so it is written as a normal piece.
    /// </summary>
    private static int KindOf(SentencePiece piece) =>
        piece.Kind == SentencePiece.UserDefined && IsOneCharacter(piece) ? SentencePiece.Normal : piece.Kind;

    private static bool IsOneCharacter(SentencePiece piece) =>
        Encoding.UTF8.GetString(piece.Text).EnumerateRunes().Count() == 1;

    private static SentencePiece Padding(int index) =>
        new(Encoding.UTF8.GetBytes($"[PAD{index}]"), UnusedScore, SentencePiece.Unused);
}
