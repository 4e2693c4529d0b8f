namespace MiniCpmDist.Runs.Folder;

/// <summary>The run does not belong to this world any more, which must not write another byte of it.</summary>
public sealed class FencedException : Exception
{
    private FencedException(string message) : base($"{message} Nothing more was written; this process ends.")
    {
    }

    /// <summary>Another world has the run.</summary>
    public static FencedException TakenOver(string run, long own, long found) => new(
        $"{run} was taken over by another world (fencing number {found}, this one has {own}).");

    /// <summary>
    /// The run belongs to no world: its folder, or the file that says whose it is, was deleted or moved.
    /// </summary>
    public static FencedException Gone(string run) => new(
        $"{run} was deleted or moved while it was trained: its file .fence is not there any more.");
}
