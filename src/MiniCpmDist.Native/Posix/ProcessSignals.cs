using System.Runtime.InteropServices;

namespace MiniCpmDist.Native.Posix;

/// <summary>Signals to other processes.</summary>
public static partial class ProcessSignals
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;

    /// <summary>Sends a signal; nothing happens if the process is gone.</summary>
    public static void Send(int processId, int signal) => _ = kill(processId, signal);

    /// <summary>Kills all processes of a session, those that are stopped as well.</summary>
    public static void KillSession(int session)
    {
        foreach (var id in ProcessTable.InSession(session))
            Send(id, Kill);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int processId, int signal);
}
