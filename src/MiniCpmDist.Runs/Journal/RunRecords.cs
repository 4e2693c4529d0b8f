using System.Globalization;
using MiniCpmDist.Core.Checkpoints;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Runs.Checkpoints;
using MiniCpmDist.Runs.Folder;

namespace MiniCpmDist.Runs.Journal;

/// <summary>Appends to a run's journal and metrics. Rank 0 has one; it is the only writer of the truth.</summary>
public sealed class RunRecords : IRunRecords, IDisposable
{
    /// <summary>The event of a step whose numbers were not finite, and which has changed nothing.</summary>
    public const string SkippedEvent = "step-skipped";

    /// <summary>The detail that says which attempt it was.</summary>
    public const string Attempt = "attempt";

    private const string LearningRate = "learning_rate";
    private const string WeightsEvent = "weights-imported";
    private readonly RunFence? _fence;
    private readonly LineLog _journal;
    private readonly LineLog _metrics;
    private readonly Lazy<LineLog> _scores;
    private readonly JournalEntry? _before;
    private readonly int _lastAttempt;
    private readonly IReadOnlyList<Problem> _damage;
    private readonly bool _isEmpty;
    private readonly string _path;
    private readonly JournalEntry? _weights;
    private readonly string? _configuration;

    /// <param name="folder">The run.</param>
    /// <param name="fence">Looked at before each line; null in tests of the lines alone.</param>
    public RunRecords(RunFolder folder, RunFence? fence = null)
    {
        _fence = fence;
        _journal = new LineLog(folder.JournalPath);
        _metrics = new LineLog(folder.MetricsPath);
        _scores = new Lazy<LineLog>(() => new LineLog(folder.ScoresPath));
        var damage = new ProblemCollector();
        var entries = JournalFile.Read(folder.JournalPath, damage).ToArray();
        _damage = damage.Problems;
        _isEmpty = entries.Length == 0 && damage.Problems.Count == 0;
        _path = folder.JournalPath;
        _before = entries.LastOrDefault(entry => entry.Event == JournalFile.StartedEvent);
        _lastAttempt = JournalFile.LastAttempt(entries);
        _weights = entries.LastOrDefault(entry => entry.Event == WeightsEvent);
        _configuration = JournalFile.Configurations(entries).LastOrDefault();
        Commands = JournalFile.Commands(folder.JournalPath, entries);
        Rollbacks = RunRollbacks.In(entries);
    }

    /// <summary>
    /// The problems of the journal when training goes on from a step of this run; 0 for no step. The decisions in
    /// damaged lines are lost, and all others count. The lines stay where they are.
    /// </summary>
    public IReadOnlyList<Problem> Lost(long step) => step > 0 && _isEmpty
        ?
        [
            new Problem(
                _path, $"the decisions of the {step} steps before", "no journal, or one without a line",
                "put it back from a copy if there is one; training goes on and begins a new one"),
        ]
        : _damage;

    /// <summary>What the journal knows of commands, those of this attempt included.</summary>
    public DecidedCommands Commands { get; }

    public RunRollbacks Rollbacks { get; }

    public void Decide(string decision, long step, long tokens, params (string Key, object? Value)[] details)
    {
        Copy(new JournalEntry(
            decision, step, tokens, details.ToDictionary(detail => detail.Key, detail => detail.Value)));
    }

    /// <summary>Journals an entry of another journal as it stands there.</summary>
    public void Copy(JournalEntry entry)
    {
        _fence?.Require();
        _journal.Append(entry.Write(), durable: true);
        Commands.Add(entry);
        Rollbacks.Add(entry);
    }

    /// <summary>
    /// Journals a decision that somebody waits to act on. False where the disk does not take it: then it is
    /// forgotten, and must not act.
    /// </summary>
    public bool TryDecide(string decision, long step, long tokens, params (string Key, object? Value)[] details)
    {
        var entry = new JournalEntry(
            decision, step, tokens, details.ToDictionary(detail => detail.Key, detail => detail.Value));
        _fence?.Require();
        if (!_journal.TryAppendDurable(entry.Write()))
            return false;
        Commands.Add(entry);
        Rollbacks.Add(entry);
        return true;
    }

    /// <summary>
    /// Journals the start of an attempt. Returns its number, 1 for the first, and in words what is different from the
    /// attempt before: on another machine or library the bits may differ.
    /// </summary>
    public (int Attempt, IReadOnlyList<string> Differences) Begin(
        long step, long tokens, string? checkpoint, double learningRate, RunEnvironment environment)
    {
        var attempt = _lastAttempt + 1;
        (string Key, object? Value)[] details = [(LearningRate, learningRate), .. environment.Details];
        Decide(JournalFile.StartedEvent, step, tokens, [(Attempt, attempt), ("from", checkpoint), .. details]);
        return (attempt, _before is null ? [] : Compare(_before, details));
    }

    /// <summary>
    /// Journals where the initial weights come from, with the hashes of their files. An attempt that begins with them
    /// again, because no checkpoint was reached, must find the same files.
    /// </summary>
    public void TakeWeights(ImportedWeights weights)
    {
        var hashes = weights.Hashes;
        var before = _weights?.Details.GetValueOrDefault("files") as string;
        if (before is not null && before != hashes)
        {
            throw new ConfigurationException([new Problem(
                weights.Folder, $"the files that this run began with: {before}", hashes,
                "put them back, or train a new run from these")]);
        }
        Decide(WeightsEvent, 0, 0, ("from", weights.Folder), ("types", weights.Types), ("files", hashes));
    }

    /// <summary>
    /// Journals the whole configuration where it is new or has changed, and each key that somebody has changed.
    /// </summary>
    /// <param name="step">Updates done.</param>
    /// <param name="tokens">Sequence positions consumed.</param>
    /// <param name="options">The configuration.</param>
    /// <param name="settled">What of schedule and mixture has changed since the checkpoint, where commands may have
    /// had a say; null where training begins without one. All other keys are compared with the attempt before.
    /// </param>
    /// <returns>All that has changed.</returns>
    public IReadOnlyList<ConfigurationChange> Configure(
        long step, long tokens, RunOptions options, IReadOnlyList<ConfigurationChange>? settled)
    {
        var yaml = RunFile.Write(options);
        var isSame = _configuration is null || _configuration == yaml;
        // Changes that an attempt without a checkpoint of its own has journaled are not journaled again: that would
        // take back the commands that were given since.
        settled = isSame
            ? []
            : settled ?? ScheduleMerge.Difference(
                RunFile.Parse(_configuration!, "journal.jsonl").InitialSchedule(), options.InitialSchedule());
        ConfigurationChange[] changes =
        [
            .. settled,
            .. isSame
                ? []
                : ConfigurationChange.Between(_configuration!, yaml)
                    .Where(change => !ScheduleMerge.Settles(change.Key)),
        ];
        foreach (var change in changes)
        {
            Decide(
                DecidedCommands.ConfiguredEvent, step, tokens,
                ("key", change.Key), ("before", change.Before), ("after", change.After));
        }
        if (_configuration != yaml)
            Decide(JournalFile.ConfigurationEvent, step, tokens, (JournalFile.Yaml, yaml));
        return changes;
    }

    /// <summary>
    /// Journals the damage of newer checkpoints, because of which training goes on from an older one.
    /// </summary>
    public void PassOver(long step, long tokens, IReadOnlyList<Problem> problems)
    {
        foreach (var problem in problems)
            Decide("checkpoint-passed-over", step, tokens, ("file", problem.Where), ("found", problem.Found));
    }

    /// <summary>Journals that a checkpoint is deleted. It is already hidden, and its files are still there.</summary>
    public void Delete(SavedCheckpoint checkpoint) => Decide(
        "checkpoint-deleted", checkpoint.Step, checkpoint.Tokens, ("path", CheckpointFolder.NameOf(checkpoint.Step)));

    public void SyncMetrics() => _metrics.Sync();

    public void Measure(StepReport report) => Measure(MetricsLine.Write(report));

    public void Measure(HeldOutReport report) => Measure(MetricsLine.Write(report));

    public void Measure(TaskScoresReport report)
    {
        _fence?.Require();
        _scores.Value.Append(TaskScoresLine.Write(report));
    }

    public void RequireWritten()
    {
        _journal.RequireWritten();
        _metrics.RequireWritten();
        if (_scores.IsValueCreated)
            _scores.Value.RequireWritten();
    }

    public void Dispose()
    {
        _journal.Dispose();
        _metrics.Dispose();
        if (_scores.IsValueCreated)
            _scores.Value.Dispose();
    }

    private void Measure(string line)
    {
        _fence?.Require();
        _metrics.Append(line);
    }

    private static List<string> Compare(JournalEntry before, (string Key, object? Value)[] now) =>
    [
        // The configuration's changes are told by Configure, and the world size is in no bit.
        .. now.Where(detail => detail.Key is not (LearningRate or RunEnvironment.WorldSizeKey))
            .Select(detail => (
                detail.Key, Now: Text(detail.Value), Before: Text(before.Details.GetValueOrDefault(detail.Key))))
            .Where(detail => detail.Now != detail.Before)
            .Select(detail => $"{detail.Key}: {detail.Before} before, {detail.Now} now"),
    ];

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
