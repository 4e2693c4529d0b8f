using System.Text;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Data.Tokenization;

namespace MiniCpmDist.Data.TokenFolders;

/// <summary>A sequence as people read it.</summary>
/// <param name="Index">Which one of its split.</param>
/// <param name="LossTokens">Positions that bear loss.</param>
/// <param name="Text">Its text; [document] where one begins, [goes on] where one does that was cut before, [branch]
/// where an answer follows its prompt or the other answer, [loss] where what follows bears loss and [read] where it
/// does not.</param>
public sealed record SequenceText(long Index, long LossTokens, string Text)
{
    /// <summary>Reads and decodes a sequence.</summary>
    public static SequenceText Read(TokenDataset dataset, Tokenizer tokenizer, long index)
    {
        var ids = new long[dataset.SequenceLength];
        var targets = new long[dataset.SequenceLength];
        dataset.Read(index, ids, targets, []);
        var text = new StringBuilder();
        var (at, goesOn) = (0, false);
        foreach (var part in dataset.Parts(index))
        {
            var begins = ids[at] == tokenizer.BosId;
            if (!goesOn)
                text.Append(text.Length > 0 ? "\n" : "").Append(
                    Tag(dataset.Packing, begins, part.LossTokens > 0));
            Append(text, tokenizer, ids.AsSpan(at, part.Length), part, dataset.Packing == Packing.Pairs);
            (at, goesOn) = (at + part.Length, part.GoesOn);
        }
        return new SequenceText(index, dataset.LossTokens(index), text.ToString());
    }

    private static string Tag(Packing packing, bool begins, bool isScored) =>
        begins ? "[document]" : packing switch
        {
            Packing.Pairs when isScored => "[branch]",
            Packing.Pairs or Packing.Conversations => "[filling]",
            _ => "[goes on]",
        };

    // Position p bears the loss of the id after it: the text that is learned begins one id later.
    private static void Append(
        StringBuilder text, Tokenizer tokenizer, ReadOnlySpan<long> ids, SequencePart part, bool beginsWithPrompt)
    {
        var learnedFrom = part.LossTokens == 0 ? ids.Length : Math.Min(part.LossStart + 1, ids.Length);
        var isPlain = part.LossTokens > 0 && part.LossStart == 0 && !beginsWithPrompt;
        if (!isPlain)
            text.Append("[read] ").Append(Decode(tokenizer, ids[..learnedFrom]));
        if (part.LossTokens > 0)
            text.Append("[loss] ").Append(Decode(tokenizer, isPlain ? ids : ids[learnedFrom..]));
    }

    private static string Decode(Tokenizer tokenizer, ReadOnlySpan<long> ids)
    {
        var narrow = new int[ids.Length];
        for (var i = 0; i < ids.Length; i++)
            narrow[i] = (int)ids[i];
        return tokenizer.Decode(narrow);
    }
}
