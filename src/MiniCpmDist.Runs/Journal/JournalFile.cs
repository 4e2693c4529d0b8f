using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Runs.Folder;

namespace MiniCpmDist.Runs.Journal;

/// <summary>Reads a run's journal; every line is compared with its checksum.</summary>
public static class JournalFile
{
    /// <summary>The event with which an attempt begins.</summary>
    public const string StartedEvent = "run-started";

    /// <summary>
    /// The event with the whole configuration, at the first start and wherever the configuration differs from the one
    /// before.
    /// </summary>
    public const string ConfigurationEvent = "configuration";

    /// <summary>The event with which a run comes to the end of its schedule.</summary>
    public const string FinishedEvent = "run-finished";

    /// <summary>The detail of <see cref="ConfigurationEvent"/>: the text of <c>run.yaml</c>, resolved.</summary>
    public const string Yaml = "yaml";

    /// <summary>
    /// All entries; empty where there is no journal. A last line that a crash has torn is not counted.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="damaged">
    /// Takes the problems of damaged lines, which are left out; null: the first damaged line is thrown.
    /// </param>
    /// <exception cref="ConfigurationException">A line is damaged; the problem names it.</exception>
    public static IEnumerable<JournalEntry> Read(string path, ProblemCollector? damaged = null) => RunLines.Read(
        path, Parse, "a journal entry", "take the file from a copy", damaged);

    /// <summary>True where the last event is the end of the schedule: an attempt after it was cut short.</summary>
    public static bool IsFinished(IEnumerable<JournalEntry> entries) =>
        entries.LastOrDefault() is { Event: FinishedEvent };

    /// <summary>True where a run came to the end of its schedule; false where there is no run.</summary>
    public static bool HasFinished(RunFolder run) => IsFinished(Read(run.JournalPath));

    /// <summary>The highest number that an attempt has had; 0 before the first.</summary>
    /// <remarks>Not how many have begun: a line may be lost.</remarks>
    public static int LastAttempt(IEnumerable<JournalEntry> entries) => entries
        .Where(entry => entry.Event == StartedEvent)
        .Aggregate(0, (last, entry) => Math.Max(last + 1, NumberOf(entry, RunRecords.Attempt) ?? 0));

    /// <summary>A detail as a number; null where it is no number.</summary>
    public static int? NumberOf(JournalEntry entry, string key) =>
        entry.Details.GetValueOrDefault(key) is long value and >= 0 and <= int.MaxValue ? (int)value : null;

    /// <summary>Reads a line.</summary>
    /// <exception cref="FormatException">It is no entry, or lacks what an entry of its event must have.</exception>
    internal static JournalEntry Parse(string line)
    {
        var entry = JournalEntry.Parse(line);
        var isWhole = entry.Event switch
        {
            ConfigurationEvent => entry.Details.GetValueOrDefault(Yaml) is string,
            RunRecords.SkippedEvent => NumberOf(entry, RunRecords.Attempt) is not null,
            RunRollbacks.RolledBackEvent => RunRollbacks.IsWhole(entry),
            _ => true,
        };
        return isWhole ? entry : throw new FormatException($"a `{entry.Event}` without all that belongs to it.");
    }

    /// <summary>The configurations that the run has had, in order.</summary>
    public static IEnumerable<string> Configurations(IEnumerable<JournalEntry> entries) => entries
        .Where(entry => entry.Event == ConfigurationEvent)
        .Select(entry => entry.Details.GetValueOrDefault(Yaml) as string)
        .OfType<string>();

    /// <summary>What a journal knows of commands.</summary>
    /// <exception cref="ConfigurationException">It has one that this program does not know.</exception>
    public static DecidedCommands Commands(string path, IEnumerable<JournalEntry> entries)
    {
        try
        {
            return DecidedCommands.In(entries);
        }
        catch (FormatException exception)
        {
            throw new ConfigurationException([new Problem(
                path, "commands that this minicpm knows", exception.Message, "a newer one wrote it: update this one")]);
        }
    }
}
