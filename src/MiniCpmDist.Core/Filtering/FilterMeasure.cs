namespace MiniCpmDist.Core.Filtering;

/// <summary>What a rule can measure of a text, by name: a closed set of pure functions.</summary>
/// <param name="Name">As a pipeline writes it.</param>
/// <param name="About">What it is, in a few words.</param>
/// <param name="Needs">Which of a rule's lists or numbers it takes: <c>n</c>, <c>words</c>, <c>phrases</c> or
/// <c>scripts</c>; empty for none.</param>
/// <param name="Of">The measure.</param>
public sealed record FilterMeasure(
    string Name, string About, string Needs, Func<TextFacts, FilterRule, double> Of)
{
    private const int ShortLine = 30;    // FineWeb's
    private static readonly char[] s_bullets = ['•', '‣', '▪', '●', '○', '*', '-', '–'];
    private static readonly string[] s_lineEnds = [".", "!", "?", "\"", "”", "。", "！", "？", "…"];

    /// <summary>All of them, in the order in which they are told.</summary>
    public static IReadOnlyList<FilterMeasure> All { get; } =
    [
        new("characters", "Unicode code points", "", (facts, _) => facts.Characters(..)),
        new("words", "words; each Chinese, Japanese or Korean character is one", "", (facts, _) => facts.Words.Count),
        new("mean_word_length", "characters of a word", "", (facts, _) =>
            Mean(facts, facts.Words, facts.Characters)),
        new("symbols_per_word", "`#` and ellipses for each word", "", (facts, _) =>
            facts.Words.Count == 0 ? 0 : (double)Symbols(facts.Text) / facts.Words.Count),
        new("alphabetic_words", "share of the words that have a letter", "", (facts, _) =>
            Share(facts, facts.Words, word => word.ContainsAnyInRange('a', 'z') || HasLetter(word))),
        new("bullet_lines", "share of the lines that begin with a bullet", "", (facts, _) =>
            Share(facts, facts.Lines, line => s_bullets.AsSpan().Contains(line[0]))),
        new("ellipsis_lines", "share of the lines that end with an ellipsis", "", (facts, _) =>
            Share(facts, facts.Lines, line => line.EndsWith("...") || line.EndsWith("…"))),
        new("finished_lines", "share of the lines that end as sentences do", "", (facts, _) =>
            Share(facts, facts.Lines, EndsSentence)),
        new("short_lines", "share of the lines of at most 30 characters", "", (facts, _) =>
            Share(facts, facts.Lines, line => line.Length <= ShortLine)),
        new("repeated_lines", "share of the lines that an earlier one equals", "", (facts, _) =>
            Repetition.OfPieces(facts, facts.Lines, byCharacters: false)),
        new("repeated_line_characters", "share of the characters in such lines", "", (facts, _) =>
            Repetition.OfPieces(facts, facts.Lines, byCharacters: true)),
        new("repeated_paragraphs", "share of the paragraphs that an earlier one equals", "", (facts, _) =>
            Repetition.OfPieces(facts, facts.Paragraphs, byCharacters: false)),
        new("repeated_paragraph_characters", "share of the characters in such paragraphs", "", (facts, _) =>
            Repetition.OfPieces(facts, facts.Paragraphs, byCharacters: true)),
        new("top_ngram_characters", "share of the characters in the n words that recur most", "n", (facts, rule) =>
            Repetition.OfTopNgram(facts, rule.N)),
        new("repeated_ngram_characters", "share of the characters in n words that recur", "n", (facts, rule) =>
            Repetition.OfNgrams(facts, rule.N)),
        new("stop_words", "how many of the words in `words` occur, each once", "words", (facts, rule) =>
            StopWords(facts, rule)),
        new("phrases", "how often the texts in `phrases` occur", "phrases", (facts, rule) =>
            rule.Texts.Sum(phrase => Occurrences(facts.Text, phrase))),
        new("script_letters", "share of the letters that are of the `scripts`", "scripts", (facts, rule) =>
            Scripts.Share(facts.Text, rule.Texts)),
    ];

    private static double Mean(TextFacts facts, IReadOnlyList<Range> pieces, Func<Range, int> of) =>
        pieces.Count == 0 ? 0 : (double)pieces.Sum(piece => (long)of(piece)) / pieces.Count;

    private static double Share(TextFacts facts, IReadOnlyList<Range> pieces, Predicate<ReadOnlySpan<char>> holds)
    {
        var count = 0;
        foreach (var piece in pieces)
            count += holds(facts.Of(piece)) ? 1 : 0;
        return pieces.Count == 0 ? 0 : (double)count / pieces.Count;
    }

    private static bool HasLetter(ReadOnlySpan<char> word)
    {
        foreach (var rune in word.EnumerateRunes())
        {
            if (System.Text.Rune.IsLetter(rune))
                return true;
        }
        return false;
    }

    private static bool EndsSentence(ReadOnlySpan<char> line)
    {
        foreach (var end in s_lineEnds)
        {
            if (line.EndsWith(end, StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    private static int Symbols(string text) =>
        text.AsSpan().Count('#') + text.AsSpan().Count('…') + text.AsSpan().Count("...");

    private static double StopWords(TextFacts facts, FilterRule rule)
    {
        var found = new HashSet<string>();
        var wanted = rule.Words.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var word in facts.Words)
        {
            if (!wanted.TryGetValue(facts.Of(word), out var known))
                continue;
            found.Add(known);
            if (found.Count == rule.Words.Count)
                break;
        }
        return found.Count;
    }

    private static int Occurrences(string text, string phrase) => text.AsSpan().Count(phrase);
}
