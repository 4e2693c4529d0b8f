using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Engine.Training;

/// <summary>What one optimizer update measured; the same on all ranks but for the time.</summary>
/// <param name="Loss">Mean in nats over the step's loss-bearing tokens.</param>
/// <param name="GradientNorm">L2, before clipping.</param>
/// <param name="Sources">The loss by source; those that the step did not read are missing.</param>
/// <param name="DataSeconds">Time that this rank waited for its sequences.</param>
public sealed record StepResult(
    double Loss, double GradientNorm, IReadOnlyList<SourceLoss> Sources, double DataSeconds);
