using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Engine.Runs;

/// <summary>Reads a run's journal; every line is held to its checksum.</summary>
public static class JournalFile
{
    /// <summary>An attempt begins.</summary>
    public const string StartedEvent = "run-started";

    /// <summary>The whole configuration, at the first start and wherever it is another than before.</summary>
    public const string ConfigurationEvent = "configuration";

    /// <summary>The detail of that event: the text of <c>run.yaml</c>, resolved.</summary>
    public const string Yaml = "yaml";

    /// <summary>All entries; none where there is no journal. A line that a crash has torn, the last, is none.</summary>
    /// <exception cref="ConfigurationException">A line is damaged; the fault names it.</exception>
    public static IEnumerable<JournalEntry> Read(string path) => RunLines.Read(
        path, JournalEntry.Parse, "a journal entry",
        "the file is damaged: take it from a copy, or branch from a checkpoint");

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
            throw new ConfigurationException([new Fault(
                path, "commands that this minicpm knows", exception.Message, "a newer one wrote it: update this one")]);
        }
    }
}
