using MiniCpmDist.Core.Runs;
using YamlDotNet.RepresentationModel;
using Key = MiniCpmDist.Core.Configuration.Keys.Key<MiniCpmDist.Core.Runs.EvaluationOptions>;

namespace MiniCpmDist.Core.Configuration.Keys;

/// <summary>The section <c>evaluation</c>. A run that evaluates no task has none.</summary>
internal static class EvaluationKeys
{
    public const string Section = "evaluation";

    private const string Tasks = "tasks";
    private const string TasksExpected = "names of tasks, or paths of task files";

    public static KeyTable<EvaluationOptions> Table { get; } = new(
        Key.Special(
            Tasks, KeyRule.Watching, TasksExpected, "published sets that the model is asked while it trains",
            (o, text) => text.Line(Tasks, $"[{string.Join(", ", o.Tasks.Select(YamlScalar.Of))}]"),
            (o, section, _) => o with { Tasks = ReadTasks(section) }),
        Key.Text(
            "data", o => o.Data, (o, v) => o with { Data = v! }, KeyRule.Watching,
            "the folder that has these sets as they are published", "a folder"),
        Key.Every(
            "every", o => o.Every, (o, v) => o with { Every = v }, KeyRule.Watching,
            "between two evaluations; the end of the run is always evaluated"),
        Key.Special(
            Flavour, KeyRule.Watching, "`harness` or `ultraeval`, or the flavour of a task file of your own",
            "whose rules; all that a task has by default", WriteFlavour,
            (o, section, _) => o with { Flavour = section.Text(Flavour) }),
        Key.Whole(
            "items", o => o.Items, (o, v) => o with { Items = v }, 1, KeyRule.Watching,
            "items of each task at most, from its first on"),
        Key.Number(
            "most_share", o => o.MostShare, (o, v) => o with { MostShare = v }, "a number above 0, up to 1",
            v => v is > 0 and <= 1, KeyRule.Watching,
            "the most that all evaluations may add to the computation of training; more is refused"))
    {
        Complete = Check,
    };

    private const string Flavour = "flavour";

    private static EvaluationOptions Check(EvaluationOptions options, YamlSection section)
    {
        section.Require(
            options.Tasks.Count > 0 || section.Keys.Count == 0 || section.HasProblem(Tasks), Tasks, TasksExpected,
            "none", "write such as `tasks: [arc-easy, hellaswag]`, or remove the section");
        return options;
    }

    private static void WriteFlavour(EvaluationOptions options, RunFileText text)
    {
        if (options.Flavour is { } flavour)
            text.Line(Flavour, YamlScalar.Of(flavour));
    }

    /// <summary>A list, or one text with commas, which an option of the command line is.</summary>
    private static string[] ReadTasks(YamlSection section)
    {
        string[] names = section.Node(Tasks) switch
        {
            null => [],
            YamlScalarNode one => (one.Value ?? "").Split(',', StringSplitOptions.TrimEntries),
            YamlSequenceNode list => [.. list.Children.Select(item => (item as YamlScalarNode)?.Value ?? "")],
            _ => [""],
        };
        section.Require(
            names.All(name => !string.IsNullOrWhiteSpace(name)), Tasks, TasksExpected, "something else",
            "write such as `tasks: [arc-easy, hellaswag]`");
        var twice = names.GroupBy(name => name).FirstOrDefault(same => same.Count() > 1)?.Key;
        section.Require(twice is null, Tasks, "each task once", $"`{twice}` twice", "remove one of them");
        return names;
    }
}
