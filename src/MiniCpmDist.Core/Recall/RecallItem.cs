namespace MiniCpmDist.Core.Recall;

/// <summary>A made-up document that ends with a question, and its answer.</summary>
/// <param name="Kind">What is asked for.</param>
/// <param name="Depth">Where it stands, from 0 (the beginning) to 1 (right before the question).</param>
/// <param name="Input">The document up to where the answer begins, without a blank at its end.</param>
/// <param name="Output">The answer.</param>
public sealed record RecallItem(RecallKind Kind, double Depth, string Input, string Output);
