namespace MiniCpmDist.Core.Evaluation;

/// <summary>Rates answers: a model, or a program.</summary>
public interface IJudge
{
    /// <summary>What a verdict depends on besides the request: another judge has another one.</summary>
    string Identity { get; }

    /// <summary>Says what it thinks of the last answer; <see cref="JudgeVerdict"/> reads the rating.</summary>
    string Judge(JudgeRequest request);
}
