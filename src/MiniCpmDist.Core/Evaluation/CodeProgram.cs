namespace MiniCpmDist.Core.Evaluation;

/// <summary>The Python program that says whether a generated answer passes its tests.</summary>
public static class CodeProgram
{
    /// <param name="metric">HumanEval or MBPP.</param>
    /// <param name="item">With the fields <c>prompt</c>, <c>tests</c> and <c>entry_point</c> of HumanEval, or
    /// <c>tests</c> and <c>setup</c> of MBPP.</param>
    /// <param name="answer">What was generated.</param>
    /// <param name="marker">Printed after the last test: a program that leaves early, with 0 too, has not passed.
    /// </param>
    public static string Of(AnswerMetric metric, TaskItem item, string answer, string marker)
    {
        var values = item.Values;
        var body = metric == AnswerMetric.HumanEval
            ? $"{values["prompt"]}{answer}\n\n{values["tests"]}\n\ncheck({values["entry_point"]})\n"
            : $"{values.GetValueOrDefault("setup", "")}\n{answer}\n\n{values["tests"]}\n";
        return $"{body}\nprint(\"\\n{marker}\")\n";
    }

    /// <summary>The field names that a metric needs; empty for those that run nothing.</summary>
    public static IReadOnlyList<string> Needs(AnswerMetric metric) => metric switch
    {
        AnswerMetric.HumanEval => ["prompt", "tests", "entry_point"],
        AnswerMetric.Mbpp => ["tests"],
        _ => [],
    };

    public static bool IsCode(AnswerMetric metric) => metric is AnswerMetric.HumanEval or AnswerMetric.Mbpp;
}
