namespace MiniCpmDist.Runs.Recovery;

/// <summary>
/// The numbers of a run are not finite any more, or far from what they were, and going back has not helped.
/// </summary>
/// <param name="step">The last of the steps for which the run would go back once more.</param>
/// <param name="loss">Of that step.</param>
/// <param name="gradientNorm">Of that step.</param>
/// <param name="heldOut">Newest held-out loss of these weights; null where there is none.</param>
/// <param name="rollbacks">To one and the same checkpoint, by now.</param>
/// <param name="toStep">Of that checkpoint; 0 for initial weights.</param>
public sealed class DivergedException(
    long step, double loss, double gradientNorm, double? heldOut, int rollbacks, long toStep) : Exception(
    $"Step {step}: expected a finite gradient norm and a finite loss near the last ones, found loss {loss}, "
    + $"gradient norm {gradientNorm}{HeldOut(heldOut)}. {Tried(rollbacks, toStep)} Lower schedule.learning_rate in "
    + "the run folder's run.yaml and resume from the last checkpoint, or, where that one is from after things went "
    + "wrong, move it away and resume from the one before; without a checkpoint, start a new run with a lower one.")
{
    public long Step { get; } = step;

    private static string HeldOut(double? loss) => loss is { } known ? $" and held-out loss {known}" : "";

    private static string Tried(int rollbacks, long toStep)
    {
        var start = toStep == 0 ? "the initial weights" : $"the checkpoint of step {toStep}";
        return rollbacks == 0
            ? "recovery.rollbacks is 0, so nothing was tried."
            : $"The run has gone back to {start} {rollbacks} time(s) and on with other data each time.";
    }
}
