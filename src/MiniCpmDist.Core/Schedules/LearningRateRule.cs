namespace MiniCpmDist.Core.Schedules;

/// <summary>How the learning rate follows a change of the token batch by a factor k.</summary>
public enum LearningRateRule
{
    /// <summary>It stays; what the MiniCPM recipe does.</summary>
    None,

    /// <summary>Times √k: keeps the noise of Adam's normalized updates (arXiv 2205.10287).</summary>
    Sqrt,

    /// <summary>Times k: the rule of SGD (arXiv 1706.02677).</summary>
    Linear,
}
