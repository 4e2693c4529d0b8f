namespace MiniCpmDist.Core.Model;

/// <summary>
/// What a block keeps for its backward and what it computes again there, with the same bits: memory against time.
/// </summary>
public enum ActivationCheckpointing
{
    /// <summary>Everything that backward reads is kept.</summary>
    None,

    /// <summary>The feed-forward half is computed again: its vectors are the widest.</summary>
    Selective,

    /// <summary>Only what enters a block is kept; the block is computed again.</summary>
    Full,
}
