using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Evaluation;

/// <summary>The mean rating of some answers.</summary>
/// <param name="Name">Of what: all, a turn, or a category.</param>
/// <param name="Rating">Over the answers that have a rating.</param>
/// <param name="Unrated">Answers for which the judge gave no rating. They are no part of the mean.</param>
public sealed record JudgedScore(string Name, Estimate Rating, int Unrated)
{
    /// <summary>All answers, then those of each turn, then those of each category.</summary>
    /// <param name="questions">The questions.</param>
    /// <param name="turns">Every turn of each.</param>
    public static IReadOnlyList<JudgedScore> Of(
        IReadOnlyList<JudgedQuestion> questions, IReadOnlyCollection<JudgedTurn> turns)
    {
        var categories = questions.ToDictionary(question => question.Id, question => question.Category);
        return
        [
            Score("all", turns),
            .. turns.GroupBy(turn => turn.Turn).OrderBy(same => same.Key)
                .Select(same => Score($"turn {same.Key}", [.. same])),
            .. turns.GroupBy(turn => categories[turn.Question]).Where(same => same.Key.Length > 0)
                .Select(same => Score(same.Key, [.. same])),
        ];
    }

    private static JudgedScore Score(string name, IReadOnlyCollection<JudgedTurn> turns)
    {
        // The turns of a question are one conversation, so that questions are what is sampled.
        var means = turns.Where(turn => turn.Rating is not null).GroupBy(turn => turn.Question)
            .Select(same => same.Average(turn => turn.Rating!.Value)).ToArray();
        return new JudgedScore(name, Estimate.Of(means), turns.Count(turn => turn.Rating is null));
    }
}
