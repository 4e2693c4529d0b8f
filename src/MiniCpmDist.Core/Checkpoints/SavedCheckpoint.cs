namespace MiniCpmDist.Core.Checkpoints;

/// <summary>A committed checkpoint, as far as it matters for what is kept.</summary>
/// <param name="Step">Updates done.</param>
/// <param name="Tokens">Sequence positions consumed.</param>
/// <param name="EndsPhase">A phase of the schedule ends here.</param>
public sealed record SavedCheckpoint(long Step, long Tokens, bool EndsPhase);
