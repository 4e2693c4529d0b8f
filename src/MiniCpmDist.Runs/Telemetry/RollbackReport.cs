using MiniCpmDist.Core.Recovery;

namespace MiniCpmDist.Runs.Telemetry;

/// <summary>A run goes back to a checkpoint, by itself.</summary>
/// <param name="Cause">Why.</param>
/// <param name="Found">What was found, in words.</param>
/// <param name="FromStep">Updates that it had done.</param>
/// <param name="ToStep">Of the checkpoint; 0 for initial weights.</param>
/// <param name="Sequences">Read since then, and not read again.</param>
public sealed record RollbackReport(RollbackCause Cause, string Found, long FromStep, long ToStep, long Sequences);
