using MiniCpmDist.Core.Checkpoints;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Runs.Checkpoints;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Journal;

namespace MiniCpmDist.Runs.Lineage;

/// <summary>
/// Deletes the checkpoints of a run that its rule does not keep: never the newest valid one, never one that a branch
/// begins at. Rank 0 alone calls it, after a checkpoint is committed; it is not collective.
/// </summary>
public static class Retention
{
    /// <param name="folder">The run.</param>
    /// <param name="run">Its name, which its checkpoints carry.</param>
    /// <param name="rule">Null keeps all.</param>
    /// <param name="fence">Looked at before each deletion; null where the caller holds the run otherwise.</param>
    /// <param name="journal">Called before a checkpoint's files go, when nothing keeps it any more.</param>
    /// <param name="verified">A checkpoint that is known to be whole, and need not be read again to know it.</param>
    /// <param name="beginning">Steps whose branches are being made; null for none.</param>
    /// <exception cref="FencedException">Another world has taken the run over.</exception>
    public static RetentionReport Apply(
        RunFolder folder, string run, RetentionRule? rule, RunFence? fence, Action<SavedCheckpoint> journal,
        long? verified = null, IReadOnlySet<long>? beginning = null)
    {
        var deleted = new List<CheckpointFolder>();
        var warnings = new List<string>();
        Guard(warnings, () =>
        {
            foreach (var verdict in Plan(folder, run, rule, verified).Where(verdict => !verdict.IsKept))
            {
                if (beginning?.Contains(verdict.Checkpoint.Step) == true)
                    continue;
                fence?.Require();
                var checkpoint = CheckpointFolder.At(folder.CheckpointsPath, verdict.Checkpoint.Step);
                Guard(warnings, () =>
                {
                    if (Delete(folder, checkpoint, () => journal(verdict.Checkpoint)))
                        deleted.Add(checkpoint);
                });
            }
        });
        return new RetentionReport(deleted, warnings);
    }

    /// <summary>What would be deleted, and what keeps the others; the newest valid one is verified for it.</summary>
    public static IReadOnlyList<RetentionVerdict> Plan(
        RunFolder folder, string run, RetentionRule? rule, long? verified = null)
    {
        var newest = folder.NewestCheckpoint?.Step;
        var plan = Judge(folder, rule, newest);
        // Hashing a checkpoint takes a while, so it is done only where something depends on the result.
        if (plan.All(verdict => verdict.IsKept) || newest == verified
            || NewestValid(folder, run) is var valid && valid == newest)
            return plan;
        return Judge(folder, rule, valid);
    }

    /// <summary>What keeps each checkpoint if the newest is valid, which is not looked at.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="rule">Null keeps all.</param>
    /// <param name="damaged">Takes the problems of the journal's damaged lines, which are left out.</param>
    public static IReadOnlyList<RetentionVerdict> Look(
        RunFolder folder, RetentionRule? rule, ProblemCollector? damaged = null) =>
        Judge(folder, rule, folder.NewestCheckpoint?.Step, damaged);

    // A deletion passes no collector: a lost line may be the one that keeps a checkpoint.
    private static IReadOnlyList<RetentionVerdict> Judge(
        RunFolder folder, RetentionRule? rule, long? newestValid, ProblemCollector? damaged = null)
    {
        var history = SaveHistory.Read(folder, damaged);
        // A checkpoint whose manifest cannot be read is not whole. Only its place counts.
        var saved = folder.Checkpoints.Select(checkpoint => new SavedCheckpoint(
            checkpoint.Step, TokensOf(checkpoint) ?? 0, history.EndsPhase(checkpoint)));
        return RetentionPlan.Make(rule, [.. saved], newestValid, BranchPins.Branches(folder));
    }

    private static long? NewestValid(RunFolder folder, string run) => folder.Checkpoints.Reverse()
        .FirstOrDefault(checkpoint =>
            new ProblemCollector().Try(() => CheckpointReader.VerifyOf(run, checkpoint)) is not null)
        ?.Step;

    private static long? TokensOf(CheckpointFolder checkpoint) => new ProblemCollector().Try(
        () => CheckpointManifest.Read(InputFile.ReadText(checkpoint.ManifestPath), checkpoint.ManifestPath))?.Tokens;

    /// <returns>False where a branch has come to begin there since the plan was made.</returns>
    private static bool Delete(RunFolder folder, CheckpointFolder checkpoint, Action journal)
    {
        var hidden = checkpoint.Hide();
        try
        {
            if (BranchPins.Branches(folder)[checkpoint.Step].Any())
            {
                checkpoint.Unhide();
                return false;
            }
            journal();
        }
        catch
        {
            checkpoint.Unhide();
            throw;
        }
        CheckpointFolder.Discard(hidden);
        return true;
    }

    private static void Guard(List<string> warnings, Action act)
    {
        try
        {
            act();
        }
        catch (Exception exception) when (IsTold(exception))
        {
            warnings.Add(exception.Message);
        }
    }

    private static bool IsTold(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or ConfigurationException;
}
