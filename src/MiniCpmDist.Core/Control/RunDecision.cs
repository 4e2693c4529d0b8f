namespace MiniCpmDist.Core.Control;

/// <summary>What rank 0 wrote to its journal about a request.</summary>
/// <param name="Accepted">False: the run was not in a state for it, and <paramref name="Outcome"/> says why.</param>
/// <param name="Step">Updates done when it takes effect.</param>
/// <param name="Outcome">What becomes of it, in words.</param>
public sealed record RunDecision(bool Accepted, long Step, string Outcome);
