using MiniCpmDist.Core.Checkpoints;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Runs.Checkpoints;
using MiniCpmDist.Runs.Folder;

namespace MiniCpmDist.Runs.Journal;

/// <summary>What a run's journal says about its checkpoints. It may be read while the run trains.</summary>
public sealed class SaveHistory
{
    private readonly Dictionary<long, string> _causes = [];
    private readonly HashSet<long> _phaseEnds = [];

    private SaveHistory()
    {
    }

    /// <summary>Reads the journal; a run without one has no history.</summary>
    /// <param name="run">Its folder.</param>
    /// <param name="damaged">
    /// Takes the problems of damaged lines, which are left out; null: the first damaged line is thrown.
    /// </param>
    /// <exception cref="ConfigurationException">A line is damaged.</exception>
    public static SaveHistory Read(RunFolder run, ProblemCollector? damaged = null)
    {
        var history = new SaveHistory();
        foreach (var entry in JournalFile.Read(run.JournalPath, damaged))
            history.Take(entry);
        return history;
    }

    /// <summary>Why the checkpoint of a step was saved; empty where the journal does not say.</summary>
    public string CauseOf(CheckpointFolder checkpoint) => _causes.GetValueOrDefault(checkpoint.Step, "");

    /// <summary>
    /// True where a phase of the schedule ends with this step, whatever the checkpoint was saved for.
    /// </summary>
    public bool EndsPhase(CheckpointFolder checkpoint) => _phaseEnds.Contains(checkpoint.Step);

    private void Take(JournalEntry entry)
    {
        // The entry of a phase has the first step of the phase. The entry of a checkpoint has the last step that is
        // done.
        if (entry.Event == "phase")
            _phaseEnds.Add(entry.Step - 1);
        else if (entry.Event == "checkpoint" && entry.Details.GetValueOrDefault("cause") is string cause)
            Take(entry.Step, cause);
    }

    private void Take(long step, string cause)
    {
        _causes[step] = cause;
        if (cause == SaveCauseName.Of(SaveCause.PhaseEnd))
            _phaseEnds.Add(step);
    }
}
