using MiniCpmDist.Core.Evaluation;

namespace MiniCpmDist.Engine.Evaluation;

/// <summary>How tasks are evaluated; nothing here changes a score.</summary>
public sealed record TaskEvaluationOptions
{
    /// <summary>Positions that go through the model together.</summary>
    public int BatchTokens { get; init; } = 512;

    /// <summary>Where scores are kept; null: in the run's folder.</summary>
    public string? Scores { get; init; }

    /// <summary>Runs programs; null: tasks that need it are refused.</summary>
    public ICodeRunner? Runner { get; init; }

    /// <summary>Told after each item of this rank: how many are done, and of how many.</summary>
    public Action<string, int, int>? Progress { get; init; }
}
