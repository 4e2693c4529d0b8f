using System.Text.RegularExpressions;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Evaluation;

/// <summary>
/// Reads a task out of YAML: where its items lie, what their fields are called, and how a model is asked them. A user
/// adds a task with such a file alone.
/// </summary>
public static partial class TaskFile
{
    /// <summary>Values that every template may take, beside the fields of the task.</summary>
    private static readonly string[] s_given = ["group", "options", "option", "letter", "answer", "answer_letter"];

    /// <param name="yaml">The file's text.</param>
    /// <param name="source">Its path, for problems.</param>
    /// <exception cref="ConfigurationException">Something is wrong; all of it is told.</exception>
    public static EvaluationTask Read(string yaml, string source)
    {
        var problems = new ProblemCollector();
        var mapping = YamlText.Load(yaml, source, problems);
        problems.ThrowIfAny();
        var root = new YamlSection(mapping, source, "", problems) { Kind = "a task" };
        var name = root.RequiredText("task", "the name of the task", "my-task") ?? "";
        root.Require(
            TaskName().IsMatch(name) || name.Length == 0, "task", "a name of small letters, digits and -", $"`{name}`",
            "rename it, such as my-task");
        var about = root.Text("about") ?? "";
        var items = Source(root, "items", "item_range", problems);
        root.Require(
            items is not null, "items", "the files of the items, below the folder of all sets", "nothing",
            "write such as `items: my-task/test.jsonl`");
        var shots = Source(root, "shots", "shot_range", problems);
        var columns = root.Texts("columns");
        var fields = Fields(root, problems);
        var options = root.Texts("options").Select(path => Field(root, "options", [path], problems)).ToArray();
        var labels = root.Texts("labels") is { Count: > 0 } paths ? Field(root, "labels", paths, problems) : null;
        var answer = root.Choice(
            "answer_is", options.Length == 0 ? AnswerForm.Free : AnswerForm.Letter, EvaluationWords.AnswerForms);
        root.Require(
            answer == AnswerForm.Free == (options.Length == 0), "answer_is",
            options.Length == 0 ? "`free`, because the task has no options" : "letter, index or text", "another word",
            options.Length == 0 ? "add `options`, or leave `answer_is` out" : "write such as `answer_is: letter`");
        root.Require(
            fields.ContainsKey("answer"), "fields", "a field `answer`", "none", "add such as `answer: label` to it");
        string[] known = [.. s_given, .. fields.Keys];
        var forms = root.Sections("forms", "flavour: harness, mode: generation, prompt: \"{{question}}\"", [
                "flavour", "mode", "shots", "preamble", "preamble_file", "prompt", "option_line", "option", "target",
                "between", "rule", "metrics", "stop", "tokens"])
            .Select(section => Form(section, known, problems)).ToArray();
        root.Require(forms.Length > 0, "forms", "one form at least", "none", "see docs/evaluation.md for one");
        CheckForms(root, forms, options.Length > 0, shots is not null);
        root.Require(
            items is null || shots is null || !items.Overlaps(shots), "shots",
            "examples from another split than the items", "the items' own files",
            "name the set's dev or train files, or bounds that share no item");
        foreach (var need in forms.SelectMany(form => form.Metrics).SelectMany(CodeProgram.Needs).Distinct())
        {
            root.Require(
                fields.ContainsKey(need), "fields", $"a field `{need}`, which the metric needs", "none",
                $"add such as `{need}: {need}` to it");
        }
        root.Finish();
        problems.ThrowIfAny();
        return new EvaluationTask
        {
            Name = name,
            Text = yaml,
            About = about,
            Items = items!,
            Shots = shots,
            Columns = columns.Count == 0 ? null : columns,
            Fields = fields,
            Options = options,
            Labels = labels,
            Answer = answer,
            Forms = forms,
        };
    }

    private static ItemSource? Source(YamlSection root, string key, string rangeKey, ProblemCollector problems)
    {
        var patterns = root.Texts(key);
        ItemRange? range = null;
        if (root.Has(rangeKey))
        {
            var section = root.Section(rangeKey, ["field", "first", "last"]);
            var field = section.RequiredText("field", "where an item's number lies", "task_id") ?? "";
            range = new ItemRange(
                Field(section, "field", [field], problems), section.Whole("first", 0L, 0),
                section.Whole("last", long.MaxValue, 0));
            section.Finish();
        }
        else
        {
            root.Node(rangeKey);
        }
        foreach (var pattern in patterns)
        {
            root.Require(
                !Path.IsPathRooted(pattern) && !pattern.Split('/').Contains(".."), key,
                "a path below the folder of all sets", $"`{pattern}`", "write it without / in front and without ..");
        }
        return patterns.Count == 0 ? null : new ItemSource(patterns, range);
    }

    private static Dictionary<string, TaskField> Fields(YamlSection root, ProblemCollector problems)
    {
        var section = root.Section("fields");
        return section.Keys.ToDictionary(key => key, key => Field(section, key, section.Texts(key), problems));
    }

    private static TaskField Field(
        YamlSection section, string key, IReadOnlyList<string> paths, ProblemCollector problems)
    {
        section.Require(
            paths.Count > 0 && paths.All(path => path.Length > 0), key, "the path of a value in an item", "nothing",
            $"write such as `{key}: question.stem`");
        return TaskField.Read(paths, section.Where(key), problems);
    }

    private static TaskForm Form(YamlSection section, string[] known, ProblemCollector problems)
    {
        TaskTemplate Template(string key, string standard) =>
            TaskTemplate.Read(section.Text(key) ?? standard, section.Where(key), known, problems);
        var mode = section.Choice("mode", ScoringMode.Likelihood, EvaluationWords.Modes);
        section.RequiredText("prompt", "what an item looks like", "\"Question: {{question}}\\nAnswer:\"");
        var form = new TaskForm
        {
            Flavour = section.RequiredText("flavour", "whose rules these are", "harness") ?? "",
            Mode = mode,
            Shots = section.Whole("shots", 0, 0, 100),
            Preamble = Template("preamble", ""),
            PreambleFile = section.Text("preamble_file"),
            Prompt = Template("prompt", ""),
            OptionLine = Template("option_line", "{{letter}}. {{option}}"),
            Option = Template("option", " {{option}}"),
            Target = Template("target", " {{answer}}"),
            Between = section.Text("between") ?? "\n\n",
            Rule = section.Choice("rule", OptionRule.Sum, EvaluationWords.Rules),
            Metrics = Metrics(section),
            Stop = section.Texts("stop"),
            Tokens = section.Whole("tokens", 300, 1, 1 << 20),
        };
        section.Finish();
        return form;
    }

    private static AnswerMetric[] Metrics(YamlSection section)
    {
        var metrics = new List<AnswerMetric>();
        foreach (var word in section.Texts("metrics"))
        {
            var known = EvaluationWords.Metrics.Where(entry => entry.Word == word).ToArray();
            metrics.AddRange(known.Select(entry => entry.Value));
            section.Require(
                known.Length == 1, "metrics", string.Join(" or ", EvaluationWords.Metrics.Select(entry => entry.Word)),
                $"`{word}`",
                NearestKey.Of(word, EvaluationWords.Metrics.Select(entry => entry.Word)) is { } nearest
                    ? $"did you mean `{nearest}`?" : "name one of these");
        }
        section.Require(
            metrics.Count < 2 || !metrics.Any(CodeProgram.IsCode), "metrics",
            "a metric that runs programs to be the only one", "others beside it", "write a second form for it");
        return metrics.Count == 0 ? [AnswerMetric.Exact] : [.. metrics];
    }

    private static void CheckForms(YamlSection root, TaskForm[] forms, bool hasOptions, bool hasShots)
    {
        foreach (var form in forms)
        {
            root.Require(
                hasOptions || form.Mode == ScoringMode.Generation, "forms",
                "`mode: generation`, because the task has no options", form.Name, "add `options`, or change the mode");
            root.Require(
                hasShots || form.Shots == 0, "forms", "`shots`, the files of the examples", $"none for {form.Name}",
                "name the set's dev or train files, or write `shots: 0` in the form");
        }
        foreach (var twice in forms.GroupBy(form => form.Name).Where(same => same.Count() > 1))
        {
            root.Problem(
                "forms", "forms that differ in flavour or mode", $"{twice.Count()} of {twice.Key}",
                "rename the flavour of one");
        }
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]*\\z")]
    private static partial Regex TaskName();
}
