using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Core.Runs;

/// <summary>What one optimizer update did; a line of <c>metrics.jsonl</c>.</summary>
/// <param name="Step">1-based number of the update.</param>
/// <param name="Tokens">Sequence positions consumed up to its end.</param>
/// <param name="Loss">Mean over the step's loss-bearing tokens, in nats.</param>
/// <param name="LearningRate">Of embedding and norms.</param>
/// <param name="TokenBatch">Tokens of the step.</param>
/// <param name="GradientNorm">L2, before clipping.</param>
/// <param name="Seconds">Wall time.</param>
/// <param name="DataSeconds">The part of it that rank 0 waited for its sequences.</param>
/// <param name="Phase">What the learning rate was doing.</param>
/// <param name="Attempt">Which start of the run took the step, from 1; the last line of a step counts.</param>
/// <param name="Sources">The loss of each source that the step has read, in the order of the run's sources.</param>
public sealed record StepReport(
    long Step, long Tokens, double Loss, double LearningRate, long TokenBatch, double GradientNorm, double Seconds,
    double DataSeconds, PhaseKind Phase, int Attempt, IReadOnlyList<SourceLoss> Sources)
{
    /// <summary>What the objective measures besides the loss; nothing for pre-training.</summary>
    public IReadOnlyList<Measure> Measures { get; init; } = [];

    /// <summary>Tokens of each layer and expert; empty for a model without experts.</summary>
    public IReadOnlyList<IReadOnlyList<long>> ExpertTokens { get; init; } = [];
}
