namespace MiniCpmDist.Core.Schedules;

/// <summary>
/// The token batch as a power of the loss: tokens = a / L^b. The standard numbers are those that the MiniCPM paper
/// fitted over three model sizes to the loss on C4 (arXiv 2404.06395, section 3.2).
/// </summary>
public sealed record BatchLaw
{
    /// <summary>The factor a of the law.</summary>
    public double Scale { get; init; } = 1.21e9;

    /// <summary>The exponent b of the law.</summary>
    public double Exponent { get; init; } = 6.24;

    /// <summary>
    /// Tokens over which the training loss is smoothed exponentially: older losses count 1/e and less.
    /// </summary>
    public required long Smoothing { get; init; }

    /// <summary>
    /// The batch stays until the law asks for a batch that is larger or smaller by a factor of 1 + this: noise must not
    /// move it.
    /// </summary>
    public double Hysteresis { get; init; } = 0.25;

    /// <summary>The smallest token batch.</summary>
    public required long Min { get; init; }

    /// <summary>The largest token batch.</summary>
    public required long Max { get; init; }

    /// <summary>What becomes of the learning rate.</summary>
    public LearningRateRule Rule { get; init; }

    /// <summary>The source whose loss counts; null for all tokens of a step.</summary>
    public string? Source { get; init; }
}
