namespace MiniCpmDist.Core.Evaluation;

/// <summary>The texts that a form makes of items.</summary>
/// <param name="form">The form.</param>
public sealed class TaskPrompt(TaskForm form)
{
    /// <summary>Everything before an item: the preamble and the examples, each with what is between them.</summary>
    /// <param name="item">The item, for the values of the preamble.</param>
    /// <param name="preamble">The text of the preamble's file; empty without one.</param>
    /// <param name="shots">The examples.</param>
    public string BeforeItem(TaskItem item, string preamble, IEnumerable<TaskItem> shots) =>
        form.Preamble.Render(Values(item)) + preamble
        + string.Concat(shots.Select(shot => Prompt(shot) + Target(shot) + form.Between));

    public string Prompt(TaskItem item) => form.Prompt.Render(Values(item));

    /// <summary>What is scored of each option.</summary>
    public IReadOnlyList<string> Options(TaskItem item) =>
        [.. Enumerable.Range(0, item.Options.Count).Select(i => form.Option.Render(Values(item, i)))];

    /// <summary>What an example has after its prompt, and what a generated answer is compared with.</summary>
    public string Target(TaskItem item) => form.Mode == ScoringMode.Likelihood
        ? form.Option.Render(Values(item, Math.Max(item.Right, 0)))
        : form.Target.Render(Values(item));

    private Dictionary<string, string> Values(TaskItem item, int option = -1)
    {
        var values = new Dictionary<string, string>(item.Values);
        values["options"] = string.Join(
            '\n', Enumerable.Range(0, item.Options.Count).Select(i => form.OptionLine.Render(LineValues(item, i))));
        var (text, letter) = OptionOf(item, option);
        (values["option"], values["letter"]) = (text, letter);
        return values;
    }

    private static Dictionary<string, string> LineValues(TaskItem item, int option)
    {
        var (text, letter) = OptionOf(item, option);
        return new(item.Values) { ["options"] = "", ["option"] = text, ["letter"] = letter };
    }

    private static (string Text, string Letter) OptionOf(TaskItem item, int option) =>
        option < 0 || option >= item.Options.Count ? ("", "") : (item.Options[option], item.Letters[option]);
}
