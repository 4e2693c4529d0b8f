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
    /// <param name="sums">
    /// Takes what this rank's strands of the micro-batch sum up to, one after the other; a whole sequence is one.
    /// </param>
    void AddCollective(StepBatch batch, int index, long weight, IReadOnlyList<MicroBatchSums> sums);
}
