using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Model;

namespace MiniCpmDist.Engine.Objectives;

/// <summary>
/// What training minimizes: a sum over sequences, divided by the sum of their weights. A step and an evaluation know no
/// more of it than this.
/// </summary>
/// <remarks>Called from several threads at once: it keeps no state.</remarks>
public interface IObjective
{
    /// <summary>Reads what <see cref="Sum"/> is given.</summary>
    MicroBatchReader Read => MicroBatch.Read;

    /// <summary>Names of what is measured besides; each value is a mean with the weights of the loss.</summary>
    IReadOnlyList<string> Measures => [];

    /// <summary>
    /// A sequence's part of the step's denominator: an exact integer that the data give, known before anything is
    /// computed.
    /// </summary>
    /// <param name="source">The split that it is of.</param>
    /// <param name="index">Of the sequence.</param>
    long Weight(TokenDataset source, long index);

    /// <summary>Sums over a micro-batch; the caller's scope owns them.</summary>
    /// <param name="model">The model, with or without gradients.</param>
    /// <param name="batch">As <see cref="Read"/> has read it.</param>
    /// <param name="gradientFactor">The factor that backward multiplies with; null where there is no backward.</param>
    ObjectiveSums Sum(MiniCpmForCausalLM model, MicroBatch batch, double? gradientFactor = null);
}
