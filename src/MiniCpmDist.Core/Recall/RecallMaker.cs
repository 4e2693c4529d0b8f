using System.Globalization;

namespace MiniCpmDist.Core.Recall;

/// <summary>
/// Makes documents whose end asks for something that stands far back. A document is a function of seed and index; more
/// words of filling change nothing of what is asked. The passkey among sentences is that of Landmark Attention
/// (arXiv 2305.16300); pairs and several needles are as in ∞Bench (arXiv 2402.13718) and RULER (arXiv 2404.06654). The
/// sentences are our own.
/// </summary>
/// <param name="kind">What is asked for.</param>
/// <param name="needles">For <see cref="RecallKind.Needles"/>, how many numbers; from 1 to 8.</param>
/// <param name="seed">Decides everything, with the index of a document.</param>
public sealed class RecallMaker(RecallKind kind, int needles, ulong seed)
{
    /// <summary>The most numbers that a document asks for.</summary>
    public const int MostNeedles = 8;

    /// <summary>Words that <see cref="RecallKind.Copy"/> repeats where nothing else is said.</summary>
    public const int StandardCopied = 12;

    /// <summary>Words that <see cref="RecallKind.Copy"/> repeats.</summary>
    public int Copied { get; init; } = StandardCopied;

    /// <summary>Makes a document.</summary>
    /// <param name="index">Which one.</param>
    /// <param name="depth">Where that stands which is asked for, 0 to 1; null: anywhere, and several numbers at several
    /// places.</param>
    /// <param name="words">Words of filling.</param>
    /// <param name="padding">Text at the end of the filling that makes the document as long as it is to be.</param>
    public RecallItem Make(ulong index, double? depth, int words, string padding = "")
    {
        var draw = new RecallDraw(seed, string.Create(
            CultureInfo.InvariantCulture, $"recall.{RecallWords.Of(kind)}.{needles}.{index}"));
        var place = depth ?? draw.Share();
        var (begin, facts, question, answer) = kind switch
        {
            RecallKind.Passkey => Passkey(draw),
            RecallKind.Needles => Numbers(draw),
            RecallKind.Pairs => Pair(draw),
            _ => Words(draw),
        };
        var places = facts.Select((_, i) => i == 0 ? place : depth ?? draw.Share()).ToArray();
        var filling = Filling(draw, words, question);
        var parts = new List<string> { begin };
        for (var i = 0; i <= filling.Count; i++)
        {
            parts.AddRange(facts.Where((_, fact) => (int)Math.Round(places[fact] * filling.Count) == i));
            if (i < filling.Count)
                parts.Add(filling[i]);
        }
        parts.Add(padding);
        parts.Add(question);
        return new RecallItem(kind, place, string.Join(' ', parts.Where(part => part.Length > 0)), answer);
    }

    private static (string, string[], string, string) Passkey(RecallDraw draw)
    {
        var number = draw.Number();
        return (
            "There is a pass key in this text. Keep it in mind.", [$"The pass key is {number}."],
            "What is the pass key? The pass key is", $"{number}.");
    }

    private (string, string[], string, string) Numbers(RecallDraw draw)
    {
        var names = draw.Several(RecallWords.Names, needles);
        var numbers = names.Select(_ => draw.Number()).ToArray();
        return (
            "There are numbers of people in this text. Keep them in mind.",
            [.. names.Zip(numbers, (name, number) => $"The number of {name} is {number}.")],
            needles == 1 ? $"The number of {names[0]} is" : $"The numbers of {Listed(names)} are",
            Listed(numbers) + ".");
    }

    private static (string, string[], string, string) Pair(RecallDraw draw)
    {
        var (key, value) = (draw.Number(), draw.Number());
        return ("Each key has a value.", [$"Key {key}: {value}."], $"Key {key}:", $"{value}.");
    }

    private (string, string[], string, string) Words(RecallDraw draw)
    {
        var words = string.Join(' ', Enumerable.Range(0, Copied).Select(_ => draw.Of(RecallWords.Nouns)));
        return (
            "Some words are to be repeated.", [$"The words are: {words}."], "Repeat them. The words are:", words + ".");
    }

    /// <summary>Sentences of so many words; the last one may be cut short.</summary>
    private List<string> Filling(RecallDraw draw, int words, string question)
    {
        var sentences = new List<string>();
        while (words > 0)
        {
            string[] sentence = kind == RecallKind.Pairs
                ? ["Key", Other(question), $"{draw.Number()}."]
                :
                [
                    "The", draw.Of(RecallWords.Adjectives), draw.Of(RecallWords.Nouns), draw.Of(RecallWords.Verbs),
                    "the", draw.Of(RecallWords.Nouns) + ".",
                ];
            sentences.Add(string.Join(' ', sentence.Take(words)));
            words -= sentence.Length;
        }
        return sentences;

        // The key that is asked for has one value. There are 90,000 keys, and a long document has thousands.
        string Other(string asked)
        {
            var key = $"{draw.Number()}:";
            while (asked == $"Key {key}")
                key = $"{draw.Number()}:";
            return key;
        }
    }

    private static string Listed<T>(IReadOnlyList<T> some) => some.Count == 1
        ? $"{some[0]}"
        : $"{string.Join(", ", some.SkipLast(1))} and {some[^1]}";
}
