namespace MiniCpmDist.Core.Evaluation;

/// <summary>Turns a model's answers into the scores of a form. An item that lacks something counts as wrong.</summary>
public static class FormScores
{
    /// <summary>
    /// Gives one line for each rule: all four in likelihood, so that nobody chooses the best one in silence.
    /// </summary>
    /// <param name="form">The form.</param>
    /// <param name="items">All items of the task.</param>
    /// <param name="scores">By item; whole items have one.</param>
    public static IReadOnlyList<ScoreLine> Of(
        TaskForm form, IReadOnlyList<TaskItem> items, IReadOnlyDictionary<string, ItemScore> scores)
    {
        if (form.Mode == ScoringMode.Generation)
        {
            return
            [
                .. form.Metrics.Select(metric => form.RunsCode
                    ? Line(
                        "pass@1", isOwn: true, items,
                        item => PassAtK.Of(answers: 1, passed: scores[item.Id].Passed == true ? 1 : 0, k: 1))
                    : Line(EvaluationWords.Of(metric), isOwn: true, items, item => IsGenerated(item, metric) ? 1 : 0)),
            ];
        }
        var prompt = new TaskPrompt(form);
        var options = items.Where(item => item.IsWhole)
            .ToDictionary(item => item.Id, item => Options(prompt.Options(item), scores[item.Id]));
        return
        [
            .. EvaluationWords.Rules.Select(rule => Line(
                rule.Word, rule.Value == form.Rule, items,
                item => OptionScore.Best(options[item.Id], rule.Value) == item.Right ? 1 : 0)),
        ];

        bool IsGenerated(TaskItem item, AnswerMetric metric) =>
            GeneratedAnswer.IsRight(metric, scores[item.Id].Text ?? "", Answer(form, metric, item));
    }

    private static string Answer(TaskForm form, AnswerMetric metric, TaskItem item) =>
        metric is AnswerMetric.Exact or AnswerMetric.Prefix ? new TaskPrompt(form).Target(item) : item.Answer;

    // The space between prompt and option belongs to neither: lm-evaluation-harness counts the option without it.
    private static OptionScore[] Options(IReadOnlyList<string> texts, ItemScore score) =>
        [.. texts.Select((text, i) => OptionScore.Of(text.TrimStart(' '), score.Sums[i], score.Tokens[i]))];

    private static ScoreLine Line(
        string rule, bool isOwn, IReadOnlyList<TaskItem> items, Func<TaskItem, double> scoreOf)
    {
        double[] right = [.. items.Select(item => item.IsWhole ? scoreOf(item) : 0)];
        var groups = items.Zip(right).GroupBy(pair => pair.First.Group, pair => pair.Second);
        return new ScoreLine(rule, isOwn, Estimate.Of(right), groups.Average(group => group.Average()), right);
    }
}
