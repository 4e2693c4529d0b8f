using System.Globalization;

namespace MiniCpmDist.Native.Posix;

/// <summary>What the kernel says of processes of this host.</summary>
public static class ProcessTable
{
    /// <summary>True while the process runs; one that has ended and that nobody has asked about does not.</summary>
    public static bool IsAlive(int processId) => Read(processId) is { State: not ('Z' or 'X') };

    /// <summary>The processes of a session that run, or are stopped.</summary>
    public static IEnumerable<int> InSession(int session) => Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0)
        .Where(id => id > 0 && Read(id) is { State: not ('Z' or 'X') } found && found.Session == session);

    private static (char State, int Session)? Read(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            // The name of the program stands in brackets and may hold anything; state, parent, group and session
            // follow.
            var words = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (words[0][0], int.Parse(words[3], CultureInfo.InvariantCulture));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
