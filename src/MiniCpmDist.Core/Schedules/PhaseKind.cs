namespace MiniCpmDist.Core.Schedules;

/// <summary>What the learning rate is doing.</summary>
public enum PhaseKind
{
    /// <summary>It rises linearly.</summary>
    Warmup,

    /// <summary>It is constant.</summary>
    Stable,

    /// <summary>It falls at the end of a WSD run.</summary>
    Decay,

    /// <summary>It falls all the way after the warmup.</summary>
    Cosine,
}
