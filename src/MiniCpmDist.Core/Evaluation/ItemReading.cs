using System.Globalization;
using System.Text.Json;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Evaluation;

/// <summary>
/// Turns what a file has into an item of a task. An item that lacks something is a problem and is kept, so that it can
/// count as wrong: leaving it out would change the score in silence.
/// </summary>
public sealed class ItemReading(EvaluationTask task, ProblemCollector problems)
{
    private const string Group = "group";
    private const string Advice = "correct the file, or count such items as wrong with --faulty wrong";

    /// <summary>The group of an item: its field `group`, if it has one, or what the name of its file says.</summary>
    public string GroupOf(JsonElement raw, string ofFile) =>
        (task.Fields.TryGetValue(Group, out var field) ? field.Text(raw) : null) ?? ofFile;

    /// <param name="raw">An item as its file has it.</param>
    /// <param name="group">See <see cref="GroupOf"/>.</param>
    /// <param name="number">The item's number within its group, from 0.</param>
    /// <param name="place">File and line.</param>
    public TaskItem Read(JsonElement raw, string group, int number, string place)
    {
        var before = problems.Problems.Count;
        var values = new Dictionary<string, string>();
        foreach (var (name, field) in task.Fields.Where(field => field.Key != Group))
        {
            var text = field.Text(raw);
            if (text is null)
                problems.Add(place, $"a value at {field.Expectation} (`{name}`)", "nothing there", Advice);
            else if (name == "answer" && text.Trim().Length == 0)
                problems.Add(place, $"an answer at {field.Expectation}", "an empty one", Advice);
            values[name] = text ?? "";
        }
        var options = Options(raw, place);
        var letters = Letters(raw, options.Count, place);
        var hasAnswer = values["answer"].Trim().Length > 0;
        var right = hasAnswer && task.Answer != AnswerForm.Free ? Right(values["answer"], options, letters, place) : -1;
        var answer = right >= 0 ? options[right] : values["answer"];
        values["answer"] = answer;
        values[Group] = group;
        values["answer_letter"] = right >= 0 ? letters[right] : "";
        var id = values.GetValueOrDefault("id") is { Length: > 0 } own ? own
            : (group.Length > 0 ? group + "/" : "") + number.ToString(CultureInfo.InvariantCulture);
        return new TaskItem(id, group, place, values, options, letters, right, answer)
        {
            IsWhole = problems.Problems.Count == before,
        };
    }

    private List<string> Options(JsonElement raw, string place)
    {
        var options = new List<string>();
        if (task.Answer == AnswerForm.Free)
            return options;
        foreach (var field in task.Options)
        {
            if (field.Texts(raw) is { } texts)
                options.AddRange(texts);
            else
                problems.Add(place, $"an option at {field.Expectation}", "nothing there", Advice);
        }
        problems.Require(options.Count >= 2, place, "two options or more", $"{options.Count}", Advice);
        foreach (var same in options.GroupBy(option => option).Where(same => same.Count() > 1))
            problems.Add(place, "options that differ", $"{same.Count()} times `{Shortened(same.Key)}`", Advice);
        return options;
    }

    private IReadOnlyList<string> Letters(JsonElement raw, int count, string place)
    {
        string[] standard =
            [.. Enumerable.Range(0, count).Select(i => i < 26 ? ((char)('A' + i)).ToString() : $"{i + 1}")];
        if (task.Labels is null || task.Answer == AnswerForm.Free)
            return standard;
        var labels = task.Labels.Texts(raw) ?? [];
        return problems.Require(
            labels.Count == count, place, $"{count} labels at {task.Labels.Expectation}", $"{labels.Count}", Advice)
            ? labels
            : standard;
    }

    private int Right(string answer, List<string> options, IReadOnlyList<string> letters, string place)
    {
        var right = task.Answer switch
        {
            AnswerForm.Index => int.TryParse(answer, CultureInfo.InvariantCulture, out var index)
                && index < options.Count ? index : -1,
            AnswerForm.Text => IndexOf(options, answer),
            _ => IndexOf(letters, answer.Trim()),
        };
        var expected = task.Answer switch
        {
            AnswerForm.Index => $"the number of an option, 0 to {options.Count - 1}",
            AnswerForm.Text => "the text of an option",
            _ => $"the letter of an option, {string.Join(", ", letters)}",
        };
        problems.Require(right >= 0, place, expected, $"`{Shortened(answer)}`", Advice);
        return Math.Max(right, -1);
    }

    private static int IndexOf(IReadOnlyList<string> texts, string text)
    {
        for (var i = 0; i < texts.Count; i++)
        {
            if (texts[i] == text)
                return i;
        }
        return -1;
    }

    private static string Shortened(string text) => text.Length <= 60 ? text : text[..60] + "...";
}
