using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Runs.Checkpoints;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Journal;
using MiniCpmDist.Runs.Recovery;

namespace MiniCpmDist.Cli.Supervision;

/// <summary>The run that <c>minicpm launch</c> keeps going: what to start it with, and how far it has come.</summary>
internal sealed class SupervisedRun
{
    internal const string MaxTime = "--max-time";
    private const string TakeOver = "--take-over";
    private readonly string[] _first;
    private readonly bool _isNew;
    private readonly TimeSpan? _limit;
    private bool _isStarted;

    /// <param name="arguments">From <c>train</c> or <c>resume</c> on, as they would follow <c>minicpm</c>.</param>
    /// <param name="isNew">The first attempt makes the run's folder.</param>
    /// <param name="folder">Where the run is, or will be.</param>
    /// <param name="options">Its configuration.</param>
    /// <param name="limit">The time that all attempts have together; null for no limit.</param>
    public SupervisedRun(string[] arguments, bool isNew, RunFolder folder, RunOptions options, TimeSpan? limit)
    {
        (_first, _isNew, Folder, Options, _limit) = (arguments, isNew, folder, options, limit);
        StepAtStart = NewestStep();
    }

    public RunFolder Folder { get; }

    public RunOptions Options { get; }

    /// <summary>The newest checkpoint before the attempt under way.</summary>
    public long StepAtStart { get; private set; }

    /// <summary>
    /// Returns the arguments of each rank of the next attempt: the first starts as the user typed it, each further one
    /// resumes.
    /// </summary>
    /// <param name="elapsed">Of the time that all attempts have together.</param>
    /// <param name="takeOver">An earlier world may hang where it could not be ended; true only if the run
    /// exists.</param>
    /// <returns>Null where the time is used up.</returns>
    public string[]? NextArguments(TimeSpan elapsed, bool takeOver)
    {
        StepAtStart = NewestStep();
        var isFirst = !_isStarted;
        _isStarted = true;
        // A new run that has not come to making its folder begins again.
        if (isFirst || (_isNew && !File.Exists(Folder.ConfigurationPath)))
            return takeOver ? [.. _first, TakeOver] : _first;
        string[] arguments = ["resume", Folder.Path, .. takeOver ? (string[])[TakeOver] : []];
        if (_limit is not { } limit)
            return arguments;
        var left = limit - elapsed;
        return left > TimeSpan.FromSeconds(1) ? [.. arguments, MaxTime, WallTime.Write(left)] : null;
    }

    /// <summary>The user wants the run, even if another process trains it.</summary>
    public bool IsTakenOver => _first.Contains(TakeOver);

    /// <summary>True where the attempt under way has saved a checkpoint.</summary>
    public bool HasGotOn() => NewestStep() > StepAtStart;

    /// <summary>The number of the newest attempt in the run's journal; 0 before the first.</summary>
    public int JournaledAttempts() =>
        JournalFile.LastAttempt(JournalFile.Read(Folder.JournalPath, damaged: new ProblemCollector()));

    /// <summary>Ranks of a world that is gone must not be taken for those of the next.</summary>
    public void ForgetHeartbeats() => HeartbeatFolder.Clear(Folder);

    private long NewestStep() =>
        CheckpointFolder.List(Folder.CheckpointsPath).Select(found => found.Step).DefaultIfEmpty(0).Max();
}
