using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Evaluation;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Engine.Evaluation;
using MiniCpmDist.Runs.Evaluation;

namespace MiniCpmDist.Cli.Evaluation;

/// <summary>What <c>minicpm eval --tasks</c> is asked for.</summary>
internal sealed record TaskRequest
{
    public const string Refuse = "refuse";
    public const string Wrong = "wrong";

    public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>The folder of all sets.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Whose rules; null: all that a task has.</summary>
    public string? Flavour { get; init; }

    /// <summary>Items of each task at most, from its first on.</summary>
    public int Limit { get; init; } = int.MaxValue;

    /// <summary>What is done about items that lack something.</summary>
    public string Faulty { get; init; } = Refuse;

    /// <summary>A file that takes everything that was asked and answered; null: none.</summary>
    public string? Details { get; init; }

    /// <summary>A file for Prometheus; null: none.</summary>
    public string? MetricsFile { get; init; }

    public bool MayRunUnprotected { get; init; }

    public TaskEvaluationOptions Options { get; init; } = new();

    /// <summary>The tasks with their items.</summary>
    /// <exception cref="ConfigurationException">Something is wrong; all of it is told.</exception>
    public IReadOnlyList<TaskData> Load()
    {
        var problems = new ProblemCollector();
        problems.Require(
            Directory.Exists(DataFolder), "--data", "the folder of all sets", $"`{DataFolder}`, which is no folder",
            "name the folder that has a folder for each set; docs/evaluation.md lists them");
        var tasks = Tasks.Select(name => problems.Try(() => Read(name))).OfType<EvaluationTask>().ToArray();
        problems.ThrowIfAny();
        foreach (var task in tasks)
        {
            problems.Require(
                FormsOf(task).Any(), "--flavour", $"a flavour of {task.Name} "
                    + $"({string.Join(", ", task.Forms.Select(form => form.Flavour).Distinct())})", $"`{Flavour}`",
                "name one of these, or leave --flavour out for all");
        }
        var faulty = new ProblemCollector();
        var data = tasks.Select(task => problems.Try(
            () => TaskData.Load(task, DataFolder, problems, faulty, Limit))).OfType<TaskData>().ToArray();
        foreach (var problem in Faulty == Refuse ? faulty.Problems : [])
            problems.Add(problem);
        problems.ThrowIfAny();
        return data;
    }

    /// <summary>The forms that are wanted of a task.</summary>
    public IEnumerable<TaskForm> FormsOf(EvaluationTask task) =>
        task.Forms.Where(form => Flavour is null || form.Flavour == Flavour);

    /// <summary>What runs the programs of the tasks; null where none is run.</summary>
    public ICodeRunner? Runner(IEnumerable<TaskData> data) =>
        !data.SelectMany(one => FormsOf(one.Task)).Any(form => form.RunsCode) ? null
        : MayRunUnprotected ? CodeSandbox.WithoutProtection() : CodeSandbox.Open();

    private static EvaluationTask Read(string name) => name.EndsWith(".yaml", StringComparison.Ordinal)
        ? TaskFile.Read(InputFile.ReadText(name), name)
        : TaskFile.Read(BuiltInTasks.Text(name), name + ".yaml");
}
