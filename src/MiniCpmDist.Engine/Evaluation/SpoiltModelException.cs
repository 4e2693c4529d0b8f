namespace MiniCpmDist.Engine.Evaluation;

/// <summary>
/// A checkpoint is whole, and its model gives values that are not finite: the run had diverged when it was saved.
/// </summary>
/// <param name="checkpoint">Its folder.</param>
/// <param name="found">What was computed.</param>
public sealed class SpoiltModelException(string checkpoint, string found) : Exception(
    $"{checkpoint}: expected a model that gives finite numbers, found {found}. The run had diverged when this was "
    + "saved: name an earlier checkpoint with --at step:N (`minicpm checkpoint ls` lists them).");
