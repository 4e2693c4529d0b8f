using System.ComponentModel;
using System.Diagnostics;

namespace MiniCpmDist.Cli.Launching;

/// <summary>
/// Starts a run on this host, in a session of its own: it goes on when the process that started it ends.
/// </summary>
internal sealed class LocalLauncher : IPrintingLauncher
{
    private const string LogName = "launch.log";

    /// <inheritdoc/>
    public string Print(BranchPlace place, int ranks) =>
        string.Join(' ', Command(Path.GetFullPath(place.Folder), ranks)) + Environment.NewLine;

    /// <inheritdoc/>
    public string Launch(string runFolder, int ranks)
    {
        var log = Path.Combine(Path.GetFullPath(runFolder), LogName);
        // The shell gives up the streams of its parent, which may be pipes that somebody waits for the end of.
        string[] arguments =
        [
            "--fork", "sh", "-c", "exec \"$@\" >>\"$0\" 2>&1 </dev/null", log,
            .. Command(Path.GetFullPath(runFolder), ranks),
        ];
        var start = new ProcessStartInfo("setsid", arguments) { WorkingDirectory = Environment.CurrentDirectory };
        WorldVariables.Remove(start.Environment);
        try
        {
            using var process = Process.Start(start)!;
            process.WaitForExit();
            return $"started on {ranks} rank(s) of this host; it says how it is getting on in {log}";
        }
        catch (Win32Exception exception)
        {
            throw new IOException($"{runFolder} could not be started with setsid: {exception.Message}", exception);
        }
    }

    private static string[] Command(string runFolder, int ranks)
    {
        // This program was started as an argument of dotnet, or as a program of its own.
        var own = Environment.ProcessPath!;
        string[] program = Path.GetFileName(own) == "dotnet"
            ? [own, Path.Combine(AppContext.BaseDirectory, "minicpm.dll")]
            : [own];
        string[] resume = [.. program, "resume", runFolder];
        return ranks == 1
            ? resume
            : [RunLaunchers.Mpirun, "-n", $"{ranks}", .. resume];
    }
}
