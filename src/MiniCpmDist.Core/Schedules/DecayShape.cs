namespace MiniCpmDist.Core.Schedules;

/// <summary>How the learning rate falls in the decay phase.</summary>
public enum DecayShape
{
    /// <summary>Halved every half-life; the form of the production runs (arXiv 2404.06395, section 6.2).</summary>
    Exponential,

    Linear,

    /// <summary>1 - √progress (arXiv 2405.18392).</summary>
    OneMinusSqrt,

    Cosine,

    /// <summary>1 / η grows linearly, up to 1 / final ratio (WSD-S, arXiv 2410.05192).</summary>
    Inverse,
}
