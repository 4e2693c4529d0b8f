namespace MiniCpmDist.Core.Runs;

/// <summary>The exact checkpoint that a branch starts from.</summary>
/// <param name="Run">The parent's run folder.</param>
/// <param name="Step">A committed checkpoint of it.</param>
public sealed record ParentOptions(string Run, long Step)
{
    /// <summary>
    /// Moments of experts that begin as copies of the parent's feed-forward part; null where the run has the model of
    /// its parent.
    /// </summary>
    public UpcycledMoments? Upcycle { get; init; }

    /// <summary>True where sequences, rotary positions or the output matrix are others than the parent's.</summary>
    public bool Extends { get; init; }
}
