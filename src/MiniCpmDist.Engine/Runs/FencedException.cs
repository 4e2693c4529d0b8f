namespace MiniCpmDist.Engine.Runs;

/// <summary>Another world has taken the run over; this one must not write another byte of it.</summary>
public sealed class FencedException(string run, long own, long found) : Exception(
    $"{run} was taken over by another world (fencing number {found}, this one has {own}). Nothing more was written; "
    + "this process ends.");
