using System.Globalization;
using System.Runtime.InteropServices;

namespace MiniCpmDist.Native.Posix;

/// <summary>Signals to other processes.</summary>
public static partial class ProcessSignals
{
    public const int Interrupt = 2;
    public const int Kill = 9;

    /// <summary>Sends one; a process that is gone does not mind.</summary>
    public static void Send(int processId, int signal) => _ = kill(processId, signal);

    /// <summary>Kills all processes of a session, those that are stopped as well.</summary>
    public static void KillSession(int session)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id)
                && SessionOf(id) == session)
                Send(id, Kill);
        }
    }

    private static int? SessionOf(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            // The name of the program stands in brackets and may hold anything; state, parent, group and session
            // follow.
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[3], CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int processId, int signal);
}
