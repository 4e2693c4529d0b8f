using MiniCpmDist.Core.Evaluation;

namespace MiniCpmDist.Engine.Evaluation;

/// <summary>How tasks are evaluated; only <see cref="Window"/> and <see cref="Sampling"/> change a score.</summary>
public sealed record TaskEvaluationOptions
{
    /// <summary>Positions that go through the model together.</summary>
    public int BatchTokens { get; init; } = 512;

    /// <summary>Positions that the model sees at most, where not those it was trained with; part of the rules.
    /// </summary>
    public int? Window { get; init; }

    /// <summary>How generated answers are picked.</summary>
    public AnswerSampling Sampling { get; init; } = AnswerSampling.Greedy;

    /// <summary>Where scores are kept; null: in the run's folder.</summary>
    public string? Scores { get; init; }

    /// <summary>Runs programs; null: tasks that need it are refused.</summary>
    public ICodeRunner? Runner { get; init; }

    /// <summary>Told after each item of this rank: how many are done, and of how many.</summary>
    public Action<string, int, int>? Progress { get; init; }
}
