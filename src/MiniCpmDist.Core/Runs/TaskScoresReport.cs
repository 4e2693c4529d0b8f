namespace MiniCpmDist.Core.Runs;

/// <summary>One evaluation on tasks while a run trains; a line of <c>scores.jsonl</c>.</summary>
/// <param name="Step">Updates done before it.</param>
/// <param name="Tokens">Sequence positions trained on before it.</param>
/// <param name="Attempt">Which start of the run evaluated, from 1.</param>
/// <param name="Positions">Positions that went through the model.</param>
/// <param name="Seconds">How long training stood still for it.</param>
/// <param name="Scores">Empty where the model gave numbers that are not finite.</param>
public sealed record TaskScoresReport(
    long Step, long Tokens, int Attempt, long Positions, double Seconds, IReadOnlyList<TaskScore> Scores);
