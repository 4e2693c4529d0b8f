namespace MiniCpmDist.Core.Runs;

/// <summary>With which optimizer moments experts begin that are copies of a parent's feed-forward part.</summary>
public enum UpcycledMoments
{
    /// <summary>With those of the part that they are copies of.</summary>
    Copied,

    /// <summary>With zeros.</summary>
    New,
}
