using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Engine.Training.Steps;

/// <summary>What one optimizer update measured; the same on all ranks but for the time.</summary>
/// <param name="Loss">Mean in nats over the step's loss-bearing tokens.</param>
/// <param name="GradientNorm">L2, before clipping.</param>
/// <param name="Sources">The loss by source; those that the step did not read are missing.</param>
/// <param name="DataSeconds">Time that this rank waited for its sequences.</param>
public sealed record StepResult(
    double Loss, double GradientNorm, IReadOnlyList<SourceLoss> Sources, double DataSeconds)
{
    /// <summary>
    /// By rank: seconds that it has spent by itself between the end of the step before and the beginning of this
    /// reduction. Who has the most kept the others waiting. Zeros where no times are added up.
    /// </summary>
    public IReadOnlyList<double> Arrivals { get; init; } = [];

    /// <summary>
    /// By rank: the hash of the parameters that its gradients were made with. Empty where they were not compared. Where
    /// they differ the update was not done.
    /// </summary>
    public IReadOnlyList<ulong> Hashes { get; init; } = [];

    /// <summary>What the objective measures besides the loss.</summary>
    public IReadOnlyList<Measure> Measures { get; init; } = [];

    /// <summary>Tokens of each layer and expert; empty for a model without experts.</summary>
    public IReadOnlyList<IReadOnlyList<long>> ExpertTokens { get; init; } = [];

    /// <summary>False where the update was not done, because loss or gradient norm is not finite.</summary>
    public bool IsFinite => double.IsFinite(Loss) && double.IsFinite(GradientNorm);

    /// <summary>True where all ranks had the same parameters, as far as that was looked at.</summary>
    public bool IsAlike => Hashes.Distinct().Count() <= 1;
}
