namespace MiniCpmDist.Core.Evaluation;

/// <summary>How a program ended.</summary>
/// <param name="Passed">It left with 0 and printed its marker.</param>
/// <param name="End">In words, such as "ended with exit code 1", or "was killed after 3 seconds".</param>
/// <param name="Output">The end of what it wrote.</param>
public sealed record CodeOutcome(bool Passed, string End, string Output);
