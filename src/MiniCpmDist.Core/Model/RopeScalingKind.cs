namespace MiniCpmDist.Core.Model;

/// <summary>How rotary positions reach beyond the length that a model was first trained with.</summary>
public enum RopeScalingKind
{
    /// <summary>They turn by the base alone. Raising the base is the way of MiniCPM's first stage (ABF).</summary>
    None,

    /// <summary>The base grows with the length of a sequence, by the NTK-aware rule.</summary>
    Dynamic,

    /// <summary>Slow dimensions turn slower, fast ones do not (YaRN, arXiv 2309.00071).</summary>
    Yarn,

    /// <summary>Each dimension has a factor of its own (LongRoPE, arXiv 2402.13753).</summary>
    LongRope,
}
