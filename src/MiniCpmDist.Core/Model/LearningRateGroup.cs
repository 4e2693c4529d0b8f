namespace MiniCpmDist.Core.Model;

/// <summary>
/// The learning rate that a parameter trains with. The paper's table says "each 2-D tensor". The published training
/// code exempts embedding and output head, and this follows the code.
/// </summary>
public enum LearningRateGroup
{
    /// <summary>Embedding, norms and output head: the schedule's learning rate as it is.</summary>
    Full,

    /// <summary>Hidden matrices: the learning rate divided by d_m / d_base.</summary>
    Matrix,

    /// <summary>What stays as it is: no learning rate, no decay, and no part in the gradient's norm.</summary>
    Frozen,
}
