namespace MiniCpmDist.Core.Evaluation;

/// <summary>Whether a generated text is the answer. Programs are judged by their tests instead.</summary>
public static class GeneratedAnswer
{
    private const string AnswerIs = "answer is";

    public static bool IsRight(AnswerMetric metric, string text, string answer) => metric switch
    {
        AnswerMetric.Exact => text.Trim() == answer.Trim(),
        AnswerMetric.Prefix => answer.Trim().Length > 0
            && text.TrimStart().StartsWith(answer.Trim(), StringComparison.Ordinal),
        AnswerMetric.AnswerIs => AfterAnswerIs(text) == answer.Trim(),
        AnswerMetric.Gsm8k => Gsm8kAnswer.AreEqual(Gsm8kAnswer.UltraEval(text), answer),
        AnswerMetric.Gsm8kStrict => Gsm8kAnswer.AreEqual(Gsm8kAnswer.Strict(text), answer),
        AnswerMetric.Gsm8kFlexible => Gsm8kAnswer.AreEqual(Gsm8kAnswer.Flexible(text), answer),
        AnswerMetric.Math => MathAnswer.AreEqual(MathAnswer.Final(text), answer),
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "A program is judged by its tests."),
    };

    /// <summary>The text up to the first of some stops; all of it where there is none.</summary>
    public static string Before(string text, IReadOnlyList<string> stops)
    {
        var end = text.Length;
        foreach (var stop in stops)
        {
            if (text.IndexOf(stop, StringComparison.Ordinal) is >= 0 and var at)
                end = Math.Min(end, at);
        }
        return text[..end];
    }

    private static string AfterAnswerIs(string text)
    {
        var at = text.LastIndexOf(AnswerIs, StringComparison.Ordinal);
        return at < 0 ? text.Trim() : text[(at + AnswerIs.Length)..].Trim().Split('\n')[0].TrimEnd('.').Trim();
    }
}
