namespace MiniCpmDist.Core.Runs;

/// <summary>How a branch's rotary positions become longer than its trunk's.</summary>
public enum RopeMethod
{
    /// <summary>They stay as they are.</summary>
    Same,

    /// <summary>Another base (adjusted base frequency, arXiv 2309.16039).</summary>
    Abf,

    /// <summary>The base that the NTK-aware rule makes of the trunk's.</summary>
    Ntk,

    /// <summary>A base that grows with the length of a sequence.</summary>
    Dynamic,

    /// <summary>YaRN.</summary>
    Yarn,

    /// <summary>LongRoPE, with factors out of a file.</summary>
    LongRope,
}
