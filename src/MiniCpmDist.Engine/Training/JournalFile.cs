using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Engine.Training;

/// <summary>Reads a journal, also one that is being written.</summary>
internal static class JournalFile
{
    /// <summary>Its whole lines; what follows the last line's end is being written, or was torn by a crash.</summary>
    /// <exception cref="ConfigurationException">A line is damaged; file and line are named.</exception>
    public static IReadOnlyList<JournalEntry> Read(string path)
    {
        if (!File.Exists(path))
            return [];
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var lines = reader.ReadToEnd().Split('\n')[..^1];
        return [.. lines.Index().Select(line => Parse(line.Item, $"{path}, line {line.Index + 1}"))];
    }

    private static JournalEntry Parse(string line, string where)
    {
        try
        {
            return JournalEntry.Parse(line);
        }
        catch (FormatException exception)
        {
            throw new ConfigurationException([new Fault(
                where, "a journal entry", exception.Message,
                "the file is damaged: take it from a copy, or branch from a checkpoint")]);
        }
    }
}
