using System.Globalization;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Evaluation;

/// <summary>Turns a model's answers into the scores of a form. An item that lacks something counts as wrong.</summary>
public static class FormScores
{
    // What papers report of n answers.
    private static readonly int[] s_passed = [1, 5, 10, 100];

    /// <summary>
    /// Gives one line for each rule: all four in likelihood, so that nobody chooses the best one in silence.
    /// </summary>
    /// <param name="form">The form.</param>
    /// <param name="items">All items of the task.</param>
    /// <param name="scores">By <see cref="ItemScore.Key"/>; whole items have one for each sample.</param>
    /// <param name="samples">Answers to each item in generation.</param>
    public static IReadOnlyList<ScoreLine> Of(
        TaskForm form, IReadOnlyList<TaskItem> items, IReadOnlyDictionary<string, ItemScore> scores, int samples = 1)
    {
        if (form.Mode == ScoringMode.Generation)
        {
            return form.RunsCode
                ?
                [
                    .. s_passed.Where(k => k <= samples).Select(k => Line(
                        string.Create(CultureInfo.InvariantCulture, $"pass@{k}"), isOwn: k == 1, items,
                        item => PassAtK.Of(samples, Answers(item).Count(answer => answer.Passed == true), k))),
                ]
                :
                [
                    .. form.Metrics.Select(metric => Line(
                        EvaluationWords.Of(metric), isOwn: true, items,
                        item => Answers(item).Average(answer => IsRight(item, answer, metric) ? 1.0 : 0.0))),
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

        IEnumerable<ItemScore> Answers(TaskItem item) =>
            Enumerable.Range(0, samples).Select(sample => scores[ItemScore.KeyOf(item.Id, sample)]);

        bool IsRight(TaskItem item, ItemScore answer, AnswerMetric metric) =>
            GeneratedAnswer.IsRight(metric, answer.Text ?? "", Answer(form, metric, item));
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
