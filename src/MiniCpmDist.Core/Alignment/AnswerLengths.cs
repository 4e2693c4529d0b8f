namespace MiniCpmDist.Core.Alignment;

/// <summary>How long a model's answers are.</summary>
/// <param name="Tokens">Mean, the end included.</param>
/// <param name="Unended">The share of answers that had no end within the tokens that they were given.</param>
public sealed record AnswerLengths(double Tokens, double Unended);
