namespace MiniCpmDist.Runs.Checkpoints;

/// <summary>How a save has ended; the same on all ranks but for the times.</summary>
/// <param name="Checkpoint">What was to be saved.</param>
/// <param name="Tokens">Its position on the token axis.</param>
/// <param name="Failure">Null where it is committed; else what a rank could not do.</param>
/// <param name="Bytes">Written by all ranks together.</param>
/// <param name="Stall">How long training stood still for it.</param>
/// <param name="Elapsed">What its stages took on this rank, beside training; the rest is waiting for a step's
/// end.</param>
public sealed record SaveResult(
    CheckpointFolder Checkpoint, long Tokens, string? Failure, long Bytes, TimeSpan Stall, TimeSpan Elapsed);
