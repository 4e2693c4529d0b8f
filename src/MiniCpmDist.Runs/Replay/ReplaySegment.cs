using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Journal;

namespace MiniCpmDist.Runs.Replay;

/// <summary>The steps of a run under one configuration, up to where it went on with other data.</summary>
/// <param name="FromStep">Updates done when it begins.</param>
/// <param name="ToStep">Updates done when the next one begins, or the replay ends.</param>
/// <param name="Options">The configuration.</param>
/// <param name="Commands">What changed the schedule meanwhile, and after how many updates.</param>
/// <param name="Rollback">The line of the journal that says with which data it begins; null where its checkpoint
/// does.</param>
public sealed record ReplaySegment(
    long FromStep, long ToStep, RunOptions Options, IReadOnlyList<(long Step, RunRequest Request)> Commands,
    JournalEntry? Rollback)
{
    /// <summary>
    /// Lets the replay begin this segment with the data that the run went on with. The steps that led to the rollback
    /// are not trained again: the loss column does not have them.
    /// </summary>
    /// <param name="replay">The folder of the replay; called on rank 0, between two segments.</param>
    public void PassOver(RunFolder replay)
    {
        if (Rollback is null)
            return;
        using var records = new RunRecords(replay);
        records.Copy(Rollback);
    }

    /// <summary>Gives the commands at their steps, and stops at the end.</summary>
    public ReplayControl NewControl() => new(this);
}
