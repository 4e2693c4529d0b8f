using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Data.Evaluation;

/// <summary>Which tasks a model is asked, in which forms, and where their sets lie.</summary>
public sealed record TaskSelection
{
    /// <summary>Names of tasks that come with the program, or paths of task files.</summary>
    public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>The folder of all sets.</summary>
    public required string Folder { get; init; }

    /// <summary>Whose rules; null: all that a task has.</summary>
    public string? Flavour { get; init; }

    /// <summary>Items of each task at most, from its first on.</summary>
    public int Limit { get; init; } = int.MaxValue;

    /// <summary>True where items that lack something are an error; else they count as wrong.</summary>
    public bool RefusesFaulty { get; init; } = true;

    /// <summary>What the user calls tasks, folder and flavour, for errors.</summary>
    public (string Tasks, string Folder, string Flavour) Places { get; init; } = ("--tasks", "--data", "--flavour");

    /// <summary>The tasks with their items.</summary>
    /// <exception cref="ConfigurationException">Something is wrong; all of it is told.</exception>
    public IReadOnlyList<TaskData> Load()
    {
        var problems = new ProblemCollector();
        problems.Require(
            Directory.Exists(Folder), Places.Folder, "the folder of all sets", $"`{Folder}`, which is no folder",
            "name the folder that has a folder for each set; docs/evaluation.md lists them");
        foreach (var twice in Tasks.GroupBy(name => name).Where(same => same.Count() > 1))
            problems.Add(Places.Tasks, "each task once", $"`{twice.Key}` {twice.Count()} times", "name it once");
        var tasks = Tasks.Distinct().Select(name => problems.Try(() => Read(name))).OfType<EvaluationTask>().ToArray();
        problems.ThrowIfAny();
        foreach (var task in tasks)
        {
            problems.Require(
                FormsOf(task).Any(), Places.Flavour, $"a flavour of {task.Name} "
                    + $"({string.Join(", ", task.Forms.Select(form => form.Flavour).Distinct())})", $"`{Flavour}`",
                $"name one of these, or leave {Places.Flavour} out for all");
        }
        var faulty = new ProblemCollector();
        var data = tasks.Select(task => problems.Try(
            () => TaskData.Load(task, Folder, problems, faulty, Limit))).OfType<TaskData>().ToArray();
        foreach (var problem in RefusesFaulty ? faulty.Problems : [])
            problems.Add(problem);
        problems.ThrowIfAny();
        return data;
    }

    /// <summary>The forms that are wanted of a task.</summary>
    public IEnumerable<TaskForm> FormsOf(EvaluationTask task) =>
        task.Forms.Where(form => Flavour is null || form.Flavour == Flavour);

    private EvaluationTask Read(string name) => name.EndsWith(".yaml", StringComparison.Ordinal)
        ? TaskFile.Read(InputFile.ReadText(name), name)
        : TaskFile.Read(BuiltInTasks.Text(name, Places.Tasks), name + ".yaml");
}
