namespace MiniCpmDist.Core.Schedules;

/// <summary>How the learning rate follows a change of the token batch by a factor k.</summary>
public enum LearningRateRule
{
    /// <summary>The learning rate stays, as in the MiniCPM recipe.</summary>
    None,

    /// <summary>
    /// The learning rate is multiplied by √k, which keeps the noise of Adam's normalized updates (arXiv 2205.10287).
    /// </summary>
    Sqrt,

    /// <summary>The learning rate is multiplied by k, which is the rule of SGD (arXiv 1706.02677).</summary>
    Linear,
}
