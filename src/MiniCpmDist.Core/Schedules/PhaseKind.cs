namespace MiniCpmDist.Core.Schedules;

/// <summary>What the learning rate is doing.</summary>
public enum PhaseKind
{
    /// <summary>Rising linearly.</summary>
    Warmup,

    /// <summary>Constant.</summary>
    Stable,

    /// <summary>Falling at the end of a WSD run.</summary>
    Decay,

    /// <summary>Falling all the way after the warmup.</summary>
    Cosine,
}
