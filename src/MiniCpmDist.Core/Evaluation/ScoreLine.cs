using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Evaluation;

/// <summary>The share of right items of a form, by one rule.</summary>
/// <param name="Rule">Such as <c>characters</c>, <c>gsm8k-strict</c> or <c>pass@1</c>.</param>
/// <param name="IsOwn">It is the rule that the form's flavour itself reports.</param>
/// <param name="Score">Over all items.</param>
/// <param name="GroupMean">The mean of the groups' shares, each of which counts the same; equal to the score where
/// there is one group.</param>
/// <param name="Right">For each item, 1 where it is right.</param>
public sealed record ScoreLine(string Rule, bool IsOwn, Estimate Score, double GroupMean, IReadOnlyList<double> Right);
