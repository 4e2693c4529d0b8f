namespace MiniCpmDist.Engine.Training;

/// <summary>The loss or the gradient norm is not a number any more; the last checkpoint is from before.</summary>
public sealed class DivergedException(long step, double loss, double gradientNorm) : Exception(
    $"Step {step}: expected a finite loss and gradient norm, found loss {loss} and gradient norm {gradientNorm}. "
    + "Lower schedule.learning_rate in the run folder's run.yaml and resume from the last checkpoint; "
    + "without a checkpoint, start a new run with a lower one.")
{
    public long Step { get; } = step;
}
