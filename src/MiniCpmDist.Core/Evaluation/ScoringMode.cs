namespace MiniCpmDist.Core.Evaluation;

/// <summary>How a model answers an item.</summary>
public enum ScoringMode
{
    /// <summary>The option counts to which the model gives the highest probability.</summary>
    Likelihood,

    /// <summary>The text counts that the model writes.</summary>
    Generation,
}
