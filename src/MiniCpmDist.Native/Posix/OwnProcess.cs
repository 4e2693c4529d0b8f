using System.Runtime.InteropServices;

namespace MiniCpmDist.Native.Posix;

/// <summary>Signals that a process sends to itself and cannot catch, for faults that tests plan.</summary>
public static partial class OwnProcess
{
    private const int Sigkill = 9;

    // The numbers are those of Linux on x86-64 and ARM.
    private const int Sigstop = 19;

    /// <summary>Ends the process at once, without a word.</summary>
    public static void Kill() => _ = kill(Environment.ProcessId, Sigkill);

    /// <summary>Stops the process until somebody sends it SIGCONT.</summary>
    public static void Stop() => _ = kill(Environment.ProcessId, Sigstop);

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);
}
