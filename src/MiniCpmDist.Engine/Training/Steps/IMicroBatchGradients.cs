using MiniCpmDist.Data.TokenFolders;

namespace MiniCpmDist.Engine.Training.Steps;

/// <summary>Forward and backward of one micro-batch.</summary>
internal interface IMicroBatchGradients
{
    /// <summary>Names of what is measured besides the objective.</summary>
    IReadOnlyList<string> Measures { get; }

    /// <summary>
    /// Adds one micro-batch's gradients of (sum of the objective / weight of the step) to those of the step.
    /// </summary>
    /// <param name="batch">The step's; this rank has read the micro-batch.</param>
    /// <param name="index">Of the micro-batch.</param>
    /// <param name="weight">What the step divides by.</param>
    /// <param name="bySequence">Takes the sum of each of its sequences.</param>
    /// <param name="measured">Takes the sum of each measure.</param>
    /// <returns>Its sum of the objective.</returns>
    double AddCollective(StepBatch batch, int index, long weight, Span<double> bySequence, Span<double> measured);
}
