using MiniCpmDist.Core.Recovery;

namespace MiniCpmDist.Core.Runs;

/// <summary>What the failures of one cause have cost.</summary>
public sealed record CauseLoss(FailureCause Cause, int Failures, TimeSpan Lost);
