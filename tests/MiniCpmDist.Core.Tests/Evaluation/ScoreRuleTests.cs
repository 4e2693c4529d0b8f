using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Tests.Evaluation;

public sealed class ScoreRuleTests
{
    [Theory]
    [InlineData("yes", 3, 3)]
    [InlineData("café", 4, 5)]
    [InlineData("水结冰", 3, 9)]
    [InlineData("ok 🙂", 4, 7)]
    [InlineData("e\u0301", 2, 3)]
    public void Characters_are_code_points_and_bytes_are_those_of_utf_8(string option, int characters, int bytes)
    {
        var score = OptionScore.Of(option, -12, 2);

        Assert.Equal(-12.0 / characters, score.By(OptionRule.Characters));
        Assert.Equal(-12.0 / bytes, score.By(OptionRule.Bytes));
        Assert.Equal(-6, score.By(OptionRule.Tokens));
    }

    [Fact]
    public void The_four_rules_can_choose_four_different_options()
    {
        OptionScore[] options =
        [
            new(Sum: -2.0, Tokens: 1, Characters: 1, Bytes: 1),
            new(Sum: -4.0, Tokens: 4, Characters: 10, Bytes: 10),
            new(Sum: -6.0, Tokens: 5, Characters: 12, Bytes: 36),
            new(Sum: -7.0, Tokens: 10, Characters: 14, Bytes: 14),
        ];

        Assert.Equal(0, OptionScore.Best(options, OptionRule.Sum));
        Assert.Equal(1, OptionScore.Best(options, OptionRule.Characters));
        Assert.Equal(2, OptionScore.Best(options, OptionRule.Bytes));
        Assert.Equal(3, OptionScore.Best(options, OptionRule.Tokens));
        Assert.Equal(0, OptionScore.Best([options[0], options[0]], OptionRule.Sum));
    }

    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(4, 1, 2)]
    [InlineData(5, 2, 3)]
    [InlineData(6, 6, 1)]
    [InlineData(7, 3, 5)]
    public void Pass_at_k_is_the_share_of_all_choices_of_k_answers_of_which_one_passes(int n, int passed, int k)
    {
        var choices = Enumerable.Range(0, 1 << n).Where(set => int.PopCount(set) == k).ToArray();

        var expected = choices.Count(set => (set & ((1 << passed) - 1)) != 0) / (double)choices.Length;

        Assert.Equal(expected, PassAtK.Of(n, passed, k), 12);
        Assert.Throws<ArgumentOutOfRangeException>(() => PassAtK.Of(n, passed, n + 1));
    }

    [Fact]
    public void The_error_of_a_difference_is_that_of_the_pairs_and_not_of_the_two_scores()
    {
        double[] first = [.. Enumerable.Range(0, 100).Select(i => i % 2 == 0 ? 1.0 : 0.0)];
        double[] second = [.. first];
        second[1] = 1;

        var difference = Estimate.OfDifferences(first, second);

        Assert.Equal(0.01, difference.Mean, 12);
        Assert.Equal(0.01, difference.Error, 12);
        Assert.InRange(Estimate.Of(first).Error, 0.0502, 0.0503);
        Assert.True(double.IsNaN(Estimate.Of([1.0]).Error));
    }
}
