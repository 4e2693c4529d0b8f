namespace MiniCpmDist.Engine.Training;

/// <summary>The loss or the gradient norm is not a number any more; the last checkpoint is from before.</summary>
public sealed class DivergedException(long step, double loss, double gradientNorm) : Exception(
    $"Step {step}: expected a finite loss and gradient norm, found loss {loss} and gradient norm {gradientNorm}. "
    + "Resume from the last checkpoint with a lower schedule.learning_rate.")
{
    public long Step { get; } = step;
}
