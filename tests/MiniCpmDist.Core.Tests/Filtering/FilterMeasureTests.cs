using MiniCpmDist.Core.Filtering;

namespace MiniCpmDist.Core.Tests.Filtering;

public sealed class FilterMeasureTests
{
    [Theory]
    [InlineData("Don't stop: 3.5 state-of-the-art cafés.", "Don't|stop|3.5|state-of-the-art|cafés")]
    [InlineData("水是H2O，对吗? ok", "水|是|H2O|对|吗|ok")]
    [InlineData("こんにちは world🙂", "こ|ん|に|ち|は|world")]
    [InlineData(" -- ... ", "")]
    [InlineData("end-", "end")]
    public void Words_are_letters_and_digits_side_by_side_and_chinese_characters_alone(string text, string words)
    {
        var facts = new TextFacts(text);

        Assert.Equal(words, string.Join('|', facts.Words.Select(word => facts.Of(word).ToString())));
    }

    [Theory]
    [InlineData("characters", "ab🙂", 3)]
    [InlineData("words", "one two three", 3)]
    [InlineData("mean_word_length", "a bb ccc", 2)]
    [InlineData("mean_word_length", "...", 0)]
    [InlineData("symbols_per_word", "one # two... three… four", 0.75)]
    [InlineData("alphabetic_words", "one 2 3 four", 0.5)]
    [InlineData("bullet_lines", "- one\n  * two\nthree\n\nfour", 0.5)]
    [InlineData("ellipsis_lines", "one...\ntwo…  \nthree.\nfour", 0.5)]
    [InlineData("finished_lines", "One.\nTwo?\n三。\nfour", 0.75)]
    [InlineData("short_lines", "short\nthis line has clearly more than thirty characters", 0.5)]
    [InlineData("repeated_lines", "a\nb\na\na", 0.5)]
    [InlineData("repeated_line_characters", "aaaa\nbb\nbb\nc", 2 / 9.0)]
    [InlineData("repeated_paragraphs", "a\nb\n\nc\n\na\nb\n\nd", 0.25)]
    [InlineData("repeated_paragraph_characters", "aa\n\naa\n\nbbbb", 0.25)]
    public void A_measure_is_what_it_says(string measure, string text, double expected) =>
        Assert.Equal(expected, Measured($"measure: {measure}", text), 12);

    [Theory]
    // `a b` twice: 4 of 6 characters. `a b a` would overlap itself only from place 0.
    [InlineData("top_ngram_characters, n: 2", "a b c a b d", 4 / 6.0)]
    [InlineData("top_ngram_characters, n: 2", "a b c d", 0)]
    [InlineData("repeated_ngram_characters, n: 2", "a b c a b d", 4 / 6.0)]
    [InlineData("repeated_ngram_characters, n: 3", "x y z x y z", 1)]
    [InlineData("repeated_ngram_characters, n: 3", "x y z x y q", 0)]
    [InlineData("repeated_ngram_characters, n: 9", "too few", 0)]
    [InlineData("stop_words, words: [the, of]", "The end of the day", 2)]
    [InlineData("stop_words, words: [the, of]", "offer them", 0)]
    [InlineData("phrases, phrases: [lorem ipsum]", "lorem ipsum and lorem ipsum", 2)]
    [InlineData("script_letters, scripts: [han]", "中文 ab 12", 0.5)]
    [InlineData("script_letters, scripts: [han, latin]", "中文 ab 12 я", 0.8)]
    [InlineData("script_letters, scripts: [latin]", "123", 0)]
    public void A_measure_with_a_list_or_a_length_is_what_it_says(string rule, string text, double expected) =>
        Assert.Equal(expected, Measured($"measure: {rule}", text), 12);

    [Fact]
    public void No_text_makes_a_measure_fail_or_give_something_that_is_no_number()
    {
        string[] texts = ["", " ", "\n\n", "\ud800", "a\ud800b", "\u0000", "🙂", new('x', 100_000), "…", "-"];
        foreach (var measure in FilterMeasure.All)
        {
            var rule = new FilterRule("r", measure, 0, 0, N: 3, Texts: ["han"]);
            Assert.All(
                texts, text => Assert.True(double.IsFinite(measure.Of(new TextFacts(text), rule)), measure.Name));
        }
    }

    private static double Measured(string rule, string text)
    {
        var read = FilterPipeline.Read($"rules: [{{{rule}, least: 0}}]", "test").Rules[0];
        return read.Measure.Of(new TextFacts(text), read);
    }
}
