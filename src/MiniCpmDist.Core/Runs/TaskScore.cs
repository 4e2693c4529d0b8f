namespace MiniCpmDist.Core.Runs;

/// <summary>The score of a task by one rule.</summary>
/// <param name="Task">Such as <c>arc-easy</c>.</param>
/// <param name="Flavour">Whose rules, such as <c>harness</c>.</param>
/// <param name="Mode"><c>likelihood</c> or <c>generation</c>.</param>
/// <param name="Rule">Such as <c>characters</c>.</param>
/// <param name="IsOwn">It is the rule that the flavour itself reports.</param>
/// <param name="Score">The share of items that are right, 0 to 1.</param>
/// <param name="Error">Its standard error over the items.</param>
/// <param name="Items">How many were asked.</param>
public sealed record TaskScore(
    string Task, string Flavour, string Mode, string Rule, bool IsOwn, double Score, double Error, int Items);
