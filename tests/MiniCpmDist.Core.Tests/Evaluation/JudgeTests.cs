using System.Text.Json;
using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Tests.Evaluation;

public sealed class JudgeTests
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    private static readonly JudgedQuestion s_question =
        new("81", "writing", ["Name a colour.", "And another?"], ["red", "blue"]);

    [Theory]
    [InlineData("Clear, but short. [[7]]", 7.0)]
    [InlineData("First I thought [[3]], but no: [[ 8.5 ]]", 8.5)]
    [InlineData("Rating: [6]", 6.0)]
    [InlineData("In [1] of the list, so [[9]]", 9.0)]
    [InlineData("[[0]]", null)]
    [InlineData("[[11]]", null)]
    [InlineData("A 7 of 10.", null)]
    [InlineData("", null)]
    public void The_rating_is_the_last_number_from_1_to_10_in_double_brackets_or_else_in_single_ones(
        string verdict, double? rating) => Assert.Equal(rating, JudgeVerdict.RatingOf(verdict));

    [Fact]
    public void A_judge_sees_the_turns_so_far_and_the_reference_of_the_last_one_alone()
    {
        var first = new JudgeRequest(s_question, ["Green."]);
        var second = new JudgeRequest(s_question, ["Green.", "Pink."]);

        Assert.Equal(
            """{"question_id":"81","category":"writing","turn":1,"turns":["Name a colour."],"answers":["Green."],"""
            + "\"reference\":\"red\"}",
            first.Json());
        Assert.DoesNotContain("And another?", first.Text(), Ordinal);
        Assert.Contains("And another?\n\n### Assistant\nPink.", second.Text(), Ordinal);
        Assert.Contains("blue", second.Text(), Ordinal);
        Assert.DoesNotContain("red", second.Text(), Ordinal);
    }

    [Theory]
    [InlineData("19223372036854775808")]
    [InlineData("1.5")]
    [InlineData("1e-4")]
    public void A_number_that_is_none_of_the_format_is_told_in_a_sentence_of_ours(string turn) =>
        Assert.Contains(
            "a number is too large for its member, or has a fraction",
            Assert.Throws<FormatException>(() => JudgedTurn.Read(
                $$"""{"question_id":"81","turn":{{turn}},"answer":"red","verdict":"[[7]]"}""")).Message, Ordinal);

    [Theory]
    [InlineData("""{"turns":["a"]}""", "`question_id`")]
    [InlineData("""{"question_id":1}""", "`turns`")]
    [InlineData("""{"question_id":1,"turns":[]}""", "`turns`")]
    [InlineData("""{"question_id":1,"turns":["a",2]}""", "`turns`")]
    [InlineData("""{"question_id":1,"turns":["a"],"reference":["x","y"]}""", "`reference`")]
    [InlineData("[]", "`question_id`")]
    [InlineData("""{"question_id":1,"turns":["\ud800"]}""", "whole characters")]
    public void A_question_that_lacks_something_is_told_with_its_place(string json, string expected)
    {
        var problems = new ProblemCollector();

        JudgedQuestion.Read(JsonDocument.Parse(json).RootElement, "question.jsonl:3", problems);

        Assert.Contains(
            problems.Problems,
            problem => problem.Where == "question.jsonl:3" && problem.Expected.Contains(expected, Ordinal));
    }

    [Fact]
    public void Ratings_are_averaged_over_questions_and_answers_without_one_are_counted_apart()
    {
        JudgedQuestion[] questions = [s_question, s_question with { Id = "82", Category = "math" }];
        JudgedTurn[] turns =
        [
            new("81", 1, "a", "[[4]]"), new("81", 2, "b", "[[6]]"), new("82", 1, "c", "[[9]]"), new("82", 2, "d", "?"),
        ];

        var scores = JudgedScore.Of(questions, turns).ToDictionary(score => score.Name);

        Assert.Equal((7.0, 2, 1), (scores["all"].Rating.Mean, scores["all"].Rating.Count, scores["all"].Unrated));
        Assert.Equal((6.5, 0), (scores["turn 1"].Rating.Mean, scores["turn 1"].Unrated));
        Assert.Equal(
            (6.0, 1, 1),
            (scores["turn 2"].Rating.Mean, scores["turn 2"].Rating.Count, scores["turn 2"].Unrated));
        Assert.Equal((5.0, 9.0), (scores["writing"].Rating.Mean, scores["math"].Rating.Mean));
    }

    [Fact]
    public void A_judged_answer_is_read_as_it_was_written()
    {
        var turn = new JudgedTurn("81", 2, "two\nlines", "good [[8]]");

        Assert.Equal(turn, JudgedTurn.Read(turn.Write()));
    }
}
