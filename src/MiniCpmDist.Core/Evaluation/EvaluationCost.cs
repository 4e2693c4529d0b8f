namespace MiniCpmDist.Core.Evaluation;

/// <summary>What the evaluations on tasks cost a run that trains.</summary>
/// <param name="Positions">Positions that go through the model in one evaluation, at most.</param>
/// <param name="Every">Tokens of training from one evaluation to the next; null while nobody knows how many.</param>
public sealed record EvaluationCost(long Positions, long? Every)
{
    /// <summary>A token of training costs a forward pass and a backward pass of two.</summary>
    private const double PassesOfTraining = 3;

    /// <summary>The computation that evaluations add to that of training, as a share of it.</summary>
    public double? Share => Every is { } tokens ? Positions / PassesOfTraining / tokens : null;

    /// <summary>The shortest stretch of training between two evaluations that keeps within a share of it.</summary>
    public long TokensFor(double share) => (long)Math.Ceiling(Positions / PassesOfTraining / share);
}
