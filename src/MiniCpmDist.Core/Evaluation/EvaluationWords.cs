using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Evaluation;

/// <summary>How task files and results spell modes, rules and metrics.</summary>
public static class EvaluationWords
{
    public static IReadOnlyList<(string Word, ScoringMode Value)> Modes { get; } =
        [("likelihood", ScoringMode.Likelihood), ("generation", ScoringMode.Generation)];

    public static IReadOnlyList<(string Word, OptionRule Value)> Rules { get; } =
    [
        ("sum", OptionRule.Sum), ("characters", OptionRule.Characters), ("bytes", OptionRule.Bytes),
        ("tokens", OptionRule.Tokens),
    ];

    public static IReadOnlyList<(string Word, AnswerMetric Value)> Metrics { get; } =
    [
        ("exact", AnswerMetric.Exact), ("prefix", AnswerMetric.Prefix), ("answer-is", AnswerMetric.AnswerIs),
        ("gsm8k", AnswerMetric.Gsm8k),
        ("gsm8k-strict", AnswerMetric.Gsm8kStrict), ("gsm8k-flexible", AnswerMetric.Gsm8kFlexible),
        ("math", AnswerMetric.Math), ("humaneval", AnswerMetric.HumanEval), ("mbpp", AnswerMetric.Mbpp),
    ];

    public static IReadOnlyList<(string Word, AnswerForm Value)> AnswerForms { get; } =
    [
        ("letter", AnswerForm.Letter), ("index", AnswerForm.Index), ("text", AnswerForm.Text),
        ("free", AnswerForm.Free),
    ];

    public static string Of(ScoringMode mode) => Wording.Of(Modes, mode);

    public static string Of(OptionRule rule) => Wording.Of(Rules, rule);

    public static string Of(AnswerMetric metric) => Wording.Of(Metrics, metric);
}
