using MiniCpmDist.Core.Control;

namespace MiniCpmDist.Protocol;

/// <summary>How far a request has come.</summary>
/// <param name="Request">What was asked for, with the id under which to ask again.</param>
/// <param name="Decided">False: the run holds the request. True:
/// rank 0 has written its decision to the journal.</param>
/// <param name="Step">Updates done when it takes effect; 0 until decided.</param>
/// <param name="Outcome">What becomes of it, in words; empty until decided.</param>
public sealed record RequestReceipt(RunRequest Request, bool Decided, long Step, string Outcome);
