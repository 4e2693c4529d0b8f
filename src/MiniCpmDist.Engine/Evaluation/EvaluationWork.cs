namespace MiniCpmDist.Engine.Evaluation;

/// <summary>Positions that a model has computed, and those of a plain loop over the same texts.</summary>
public sealed class EvaluationWork
{
    /// <summary>Positions that went through the model.</summary>
    public long Computed { get; internal set; }

    /// <summary>The same if each option were computed with everything before it.</summary>
    public long Plain { get; internal set; }
}
