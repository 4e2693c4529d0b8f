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

    /// <summary>Tasks, forms and items.</summary>
    public required TaskSelection Selection { get; init; }

    /// <summary>A file that takes everything that was asked and answered; null: none.</summary>
    public string? Details { get; init; }

    /// <summary>A file for Prometheus; null: none.</summary>
    public string? MetricsFile { get; init; }

    public bool MayRunUnprotected { get; init; }

    public TaskEvaluationOptions Options { get; init; } = new();

    /// <summary>What runs the programs of the tasks; null where none is run.</summary>
    public ICodeRunner? Runner(IEnumerable<TaskData> data) =>
        !data.SelectMany(one => Selection.FormsOf(one.Task)).Any(form => form.RunsCode) ? null
        : MayRunUnprotected ? CodeSandbox.WithoutProtection() : CodeSandbox.Open();
}
