using MiniCpmDist.Core.Evaluation;

namespace MiniCpmDist.Core.Tests.Evaluation;

public sealed class GeneratedAnswerTests
{
    [Theory]
    [InlineData("He has 3*4=<<3*4=12>>12 pens.\n#### 12", "12", "12", "12")]
    [InlineData("#### 1,200 coins", "1200", "1200", "1200")]
    [InlineData("so 20-13=<<20-13=7>>7 are free", "7", null, "7")]
    [InlineData("5 + 5 = 10 pieces of 2 m", "10", null, "2")]
    [InlineData("there are 9 of them, then 14", "14", null, "14")]
    [InlineData("It costs $18.50.", "50", null, "18.50")]
    [InlineData("nothing", null, null, null)]
    public void Each_rule_of_gsm8k_finds_the_number_where_its_harness_looks(
        string text, string? ultraEval, string? strict, string? flexible)
    {
        Assert.Equal(ultraEval, Gsm8kAnswer.UltraEval(text));
        Assert.Equal(strict, Gsm8kAnswer.Strict(text));
        Assert.Equal(flexible, Gsm8kAnswer.Flexible(text));
    }

    [Theory]
    [InlineData("1200", "1,200", true)]
    [InlineData("12.0", "12", true)]
    [InlineData("12", "120", false)]
    [InlineData(null, "12", false)]
    public void Numbers_are_compared_as_numbers(string? found, string answer, bool areEqual) =>
        Assert.Equal(areEqual, Gsm8kAnswer.AreEqual(found, answer));

    [Theory]
    [InlineData(@"\dfrac{1}{2}", @"\frac12")]
    [InlineData(@"1/2", @"\frac{1}{2}")]
    [InlineData(@"x = 5", "5")]
    [InlineData(@"$.5$", "0.5")]
    [InlineData(@"\left( 3, 4 \right)", "(3,4)")]
    [InlineData(@"10\text{ cm}", "10")]
    [InlineData(@"1,000", "1000")]
    [InlineData(@"90^\circ", "90")]
    [InlineData(@"25\%", "25")]
    [InlineData(@"\text{Even}", "Even")]
    [InlineData(@"\sqrt3", @"\sqrt{3}")]
    public void Spellings_of_one_answer_are_equal(string left, string right) =>
        Assert.Equal(MathAnswer.OneSpelling(right), MathAnswer.OneSpelling(left));

    [Theory]
    [InlineData("(1,200)", "1200")]
    [InlineData(@"\frac{1}{2}", @"\frac{2}{1}")]
    [InlineData("-3", "3")]
    [InlineData("0.5", "5")]
    [InlineData("12", "1.2")]
    public void Different_answers_stay_different(string left, string right) =>
        Assert.NotEqual(MathAnswer.OneSpelling(right), MathAnswer.OneSpelling(left));

    [Theory]
    [InlineData(@"so \boxed{\frac{3}{4}}.", @"\frac{3}{4}")]
    [InlineData(@"\boxed{1} and \boxed{2}", "2")]
    [InlineData("Final Answer: The final answer is $7$. I hope it is correct.", "7")]
    [InlineData("no box", null)]
    [InlineData(@"\boxed{open", null)]
    public void The_final_answer_is_found(string text, string? answer) => Assert.Equal(answer, MathAnswer.Final(text));

    [Theory]
    [InlineData(AnswerMetric.Prefix, " (B)\nmore", "(B)", true)]
    [InlineData(AnswerMetric.Prefix, "I think (B)", "(B)", false)]
    [InlineData(AnswerMetric.Prefix, "anything", "", false)]
    [InlineData(AnswerMetric.AnswerIs, "One is not. So the answer is False.", "False", true)]
    [InlineData(AnswerMetric.AnswerIs, "The answer is True. No: the answer is False.\nQ", "True", false)]
    [InlineData(AnswerMetric.Exact, " seven ", "seven", true)]
    [InlineData(AnswerMetric.Exact, "seven.", "seven", false)]
    public void A_text_is_right_by_its_metric(AnswerMetric metric, string text, string answer, bool isRight) =>
        Assert.Equal(isRight, GeneratedAnswer.IsRight(metric, text, answer));

    [Fact]
    public void A_text_ends_before_the_first_of_its_stops() =>
        Assert.Equal("a\n", GeneratedAnswer.Before("a\n\nclass B\ndef c", ["\ndef", "\nclass"]));
}
