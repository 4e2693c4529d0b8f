using System.Buffers;
using System.Globalization;
using System.Text;
using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Data.Tokenization;

/// <summary>Adds pieces to a byte-pair model, for texts that it cuts too finely. No id of the model moves.</summary>
internal static class TokenizerExtension
{
    private const int MostBytesOfCharacter = 4;

    /// <summary>Adds what is wrong with a base, and with the number of pieces.</summary>
    public static void Check(string basePath, int pieces, ProblemCollector problems)
    {
        if (problems.Try(() => Tokenizer.Load(basePath)) is not { } tokenizer)
            return;
        using (tokenizer)
        {
            problems.Require(
                SentencePieceTable.Read(Tokenizer.ReadModel(basePath)).IsBytePair, basePath, "a byte-pair model",
                "a model of another kind", "train a new one: merges cannot be added to it");
            problems.Require(
                pieces > tokenizer.PieceCount, "pieces", $"more than the {tokenizer.PieceCount} of {basePath}",
                $"{pieces}", "give the number of old and new pieces together");
        }
    }

    /// <summary>The content of the extended model.</summary>
    /// <exception cref="ConfigurationException">The texts hold too few new pieces.</exception>
    public static byte[] Learn(string basePath, int pieces, DocumentSample sample)
    {
        using var tokenizer = Tokenizer.Load(basePath);
        var model = Tokenizer.ReadModel(basePath);
        var table = SentencePieceTable.Read(model);
        var learning = new MergeLearning([.. table.Pieces.Select(
            piece => piece.Kind == SentencePiece.Normal ? Encoding.UTF8.GetString(piece.Text) : "")]);
        int[] bytes = [.. table.Pieces.Select(ByteOf)];
        var encoder = new TextEncoder(tokenizer);
        var ids = new ArrayBufferWriter<int>();
        foreach (var text in sample.Texts())
        {
            ids.ResetWrittenCount();
            if (encoder.TryEncode(text, ids))
                learning.Add(WithCharacters(ids.WrittenSpan, bytes, learning));
        }
        var wanted = pieces - table.Pieces.Count;
        var learned = learning.Learn(wanted);
        return learned.Count == wanted
            ? SentencePieceExtension.Append(model, learned)
            : throw new ConfigurationException([new Problem(
                "corpus", $"text enough for {wanted} new pieces",
                $"{learned.Count} that occur twice, in {sample.Count} document(s)",
                "ask for fewer --pieces or give more text")]);
    }

    // The model spells a character that it does not have in bytes.
    private static int[] WithCharacters(ReadOnlySpan<int> ids, int[] bytes, MergeLearning learning)
    {
        var found = new List<int>(ids.Length);
        Span<byte> utf8 = stackalloc byte[MostBytesOfCharacter];
        for (var at = 0; at < ids.Length;)
        {
            var length = 0;
            while (length < utf8.Length && at + length < ids.Length && bytes[ids[at + length]] is >= 0 and var value)
                utf8[length++] = (byte)value;
            var isCharacter = Rune.DecodeFromUtf8(utf8[..length], out var rune, out var taken) == OperationStatus.Done;
            if (isCharacter && learning.AddCharacter(rune) is { } id)
            {
                found.Add(id);
                at += taken;
            }
            else
                found.Add(ids[at++]);
        }
        return [.. found];
    }

    /// <summary>The byte that a piece such as <c>&lt;0xE4&gt;</c> stands for; -1 for another piece.</summary>
    private static int ByteOf(SentencePiece piece)
    {
        const int ByteKind = 6;
        return piece.Kind == ByteKind
            && byte.TryParse(piece.Text.AsSpan()[3..^1], NumberStyles.AllowHexSpecifier, null, out var value)
                ? value
                : -1;
    }
}
