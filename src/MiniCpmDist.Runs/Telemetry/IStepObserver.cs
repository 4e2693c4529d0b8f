using MiniCpmDist.Core.Alignment;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Planning;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Runs.Checkpoints;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Journal;
using MiniCpmDist.Runs.Lineage;

namespace MiniCpmDist.Runs.Telemetry;

/// <summary>
/// Watches a run on rank 0 without being able to change it. Calls come from the training thread and must return
/// at once.
/// </summary>
public interface IStepObserver
{
    /// <summary>The run is about to train: where it stands and where it ends.</summary>
    void Started(RunProgress progress) { }

    /// <summary>The machine, the libraries or the world differ from those of the attempt before, in words.</summary>
    void Moved(IReadOnlyList<string> differences) { }

    /// <summary>Keys of the configuration are not what they were in the attempt before, as they may.</summary>
    void Reconfigured(IReadOnlyList<ConfigurationChange> changes) { }

    /// <summary>Newer checkpoints than the one that training goes on from are damaged, and why.</summary>
    void PassedOver(IReadOnlyList<Problem> problems) { }

    /// <summary>Decisions of the run are lost, because lines of its journal, or all of it, cannot be read.</summary>
    void DecisionsLost(IReadOnlyList<Problem> problems) { }

    /// <summary>The run begins with the weights of another model; its warmup is so many tokens.</summary>
    void Imported(ImportedWeights weights, long warmupTokens) { }

    /// <summary>A new run's model has rows that no piece of its tokenizer leads to.</summary>
    void FoundUnusedRows(UnusedRows rows) { }

    /// <summary>A step is done.</summary>
    void Stepped(StepReport report, RunProgress progress) { }

    /// <summary>
    /// Seconds that each rank, in order, has spent by itself from the end of the step before to the reduction of this
    /// one.
    /// </summary>
    void Arrived(IReadOnlyList<double> secondsOfRanks) { }

    /// <summary>
    /// Where rank 0's time went, by span, from the step before to this one; nothing where nobody adds it up.
    /// </summary>
    void Spent(IReadOnlyDictionary<string, double> secondsOfSpans) { }

    /// <summary>
    /// An expert of a layer has had no token in so many steps that it will not come back by itself; both are counted
    /// from 0.
    /// </summary>
    void ExpertDied(long step, int layer, int expert) { }

    /// <summary>A step had numbers that are not finite; it counts, and has changed nothing.</summary>
    void Skipped(long step, double loss, double gradientNorm) { }

    /// <summary>The run goes back to a checkpoint by itself; <see cref="Started"/> follows.</summary>
    void RolledBack(RollbackReport report) { }

    /// <summary>A step's numbers cannot be used, and going back has not helped; the run ends.</summary>
    void Diverged(long step, double loss, double gradientNorm) { }

    void Evaluated(HeldOutReport report) { }

    /// <summary>The model was asked the tasks of the configuration.</summary>
    void Scored(TaskScoresReport report) { }

    /// <summary>A checkpoint is committed; training is some steps further by then.</summary>
    void Saved(string checkpointPath, long step) { }

    /// <summary>
    /// A save has ended, well or not; the result says how long it took and how long training stood still. Called before
    /// <see cref="Saved"/> and <see cref="SaveFailed"/>.
    /// </summary>
    void SaveEnded(SaveResult save) { }

    /// <summary>A checkpoint could not be saved, and why. Training goes on, and the earlier ones stay valid.</summary>
    void SaveFailed(string checkpointPath, long step, string failure) { }

    /// <summary>A branch was made of a checkpoint of this run, or could not be.</summary>
    void Branched(BranchResult result) { }

    /// <summary>Checkpoints were deleted, as the run's configuration says, or could not be.</summary>
    void Pruned(RetentionReport report) { }

    /// <summary>A run of preference optimization is finished, and this is what it has made of its model.</summary>
    void Reported(AlignmentReport report) { }

    /// <summary>The loop has ended, by finishing or by a command.</summary>
    void Ended(RunOutcome outcome) { }
}
