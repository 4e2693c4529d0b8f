using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Runs.Journal;

/// <summary>
/// The port through which a run that trains writes down what it decides and measures. Only rank 0 writes anything.
/// </summary>
public interface IRunRecords
{
    /// <summary>What the journal knows of rollbacks, those of this attempt included.</summary>
    RunRollbacks Rollbacks { get; }

    /// <summary>
    /// Journals what happens. The line is on the disk when the call returns. If the disk is full, the line follows when
    /// there is room.
    /// </summary>
    void Decide(string decision, long step, long tokens, params (string Key, object? Value)[] details);

    /// <summary>Writes the line of a step.</summary>
    void Measure(StepReport report);

    /// <summary>Writes the line of an evaluation.</summary>
    void Measure(HeldOutReport report);

    /// <summary>Writes the line of an evaluation on tasks.</summary>
    void Measure(TaskScoresReport report);

    /// <summary>
    /// Brings the metrics to the disk: before a checkpoint is committed, so that none is ahead of its lines.
    /// </summary>
    void SyncMetrics();

    /// <exception cref="IOException">Lines wait for room on the disk that nobody will write any more.</exception>
    void RequireWritten();
}
