using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Recall;
using MiniCpmDist.Data.Tokenization;

namespace MiniCpmDist.Data.Recall;

/// <summary>Makes documents that are exactly so many tokens long, begin included.</summary>
/// <param name="tokenizer">Counts them.</param>
public sealed class RecallFitter(Tokenizer tokenizer)
{
    // Words that most tokenizers have as one piece.
    private static readonly string[] s_paddings = ["the", "a", "of", "and", "in", "to", "."];
    private const int MostPadding = 8;
    private readonly string? _padding = s_paddings.FirstOrDefault(word => tokenizer.Encode("x " + word).Length
        + 1 == tokenizer.Encode($"x {word} {word}").Length);

    /// <summary>Ids of a document without begin and end, and how many of them are the answer.</summary>
    public (int[] Ids, int Answer) Encode(RecallItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        var (input, output) = (tokenizer.Encode(item.Input), tokenizer.Encode(item.Output));
        return ([.. input, .. output], output.Length);
    }

    /// <summary>The fewest positions that a document can have.</summary>
    /// <param name="maker">Of its kind.</param>
    /// <param name="index">Which one.</param>
    public int Least(RecallMaker maker, ulong index)
    {
        ArgumentNullException.ThrowIfNull(maker);
        return Count(maker.Make(index, 0, 0)) + 1;
    }

    /// <summary>Makes a document.</summary>
    /// <param name="maker">Of its kind.</param>
    /// <param name="index">Which one.</param>
    /// <param name="depth">As <see cref="RecallMaker.Make"/> takes it.</param>
    /// <param name="tokens">Positions of the document in a sequence: its ids and its begin.</param>
    /// <exception cref="ConfigurationException">It is too short for the question, or the tokenizer has no word that
    /// fills one position.</exception>
    public RecallItem Make(RecallMaker maker, ulong index, double? depth, int tokens)
    {
        ArgumentNullException.ThrowIfNull(maker);
        var wanted = tokens - 1;
        var least = Count(maker.Make(index, depth, 0));
        if (least > wanted)
        {
            throw new ConfigurationException([new Problem(
                "--tokens", $"at least {least + 1} for this question and its answer", $"{tokens}",
                "name a longer length")]);
        }
        // Words that fit, with their tokens, and words that do not: a word is a token at least.
        var (fits, tokensOfThem, tooMany) = (0, least, wanted + 1);
        var wordsPerToken = 0.8;
        while (tooMany - fits > 1 && wanted - tokensOfThem > MostPadding)
        {
            var words = Math.Clamp(
                fits + (int)((wanted - tokensOfThem) * wordsPerToken), fits + 1, tooMany - 1);
            var count = Count(maker.Make(index, depth, words));
            if (count <= wanted)
                (fits, tokensOfThem) = (words, count);
            else
                tooMany = words;
            // A little less than there is, so that the next guess is rather too short than too long.
            wordsPerToken = 0.995 * words / Math.Max(1, count - least);
        }
        var missing = wanted - tokensOfThem;
        var item = maker.Make(
            index, depth, fits, string.Join(' ', Enumerable.Repeat(_padding ?? "", _padding is null ? 0 : missing)));
        return Count(item) == wanted
            ? item
            : throw new ConfigurationException([new Problem(
                tokenizer.Path, $"a tokenizer with one of the words {string.Join(' ', s_paddings)} as one piece",
                "none", "take another tokenizer, or one that was trained on more text")]);
    }

    private int Count(RecallItem item) => Encode(item).Ids.Length;
}
