using MiniCpmDist.Core.Control;

namespace MiniCpmDist.Coordinator.Client;

/// <summary>How far a request has come.</summary>
/// <param name="Request">What was asked for, with the id under which to ask again.</param>
/// <param name="Decision">Null: the coordinator holds the request. Else what rank 0 has written to the journal.</param>
public sealed record RequestReceipt(RunRequest Request, RunDecision? Decision);
