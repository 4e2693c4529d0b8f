using System.ComponentModel;
using System.Diagnostics;
using MiniCpmDist.Cli.Launching;
using MiniCpmDist.Core.Recovery;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Cli.Supervision;

/// <summary>The ranks of one attempt: the launcher that was started for them, in a session of its own.</summary>
internal sealed class WorldProcess : IDisposable
{
    private const string CauseVariable = "MINICPM_CAUSE_FILE";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    private readonly Process _process;
    private readonly string? _causeFile;

    private WorldProcess(Process process, string? causeFile) => (_process, _causeFile) = (process, causeFile);

    /// <summary>Starts the ranks.</summary>
    /// <param name="fit">How many, and where.</param>
    /// <param name="arguments">Arguments of minicpm for each rank.</param>
    public static WorldProcess Start(WorldFit fit, IReadOnlyList<string> arguments)
    {
        // launch/mpirun writes into this file, and removes it if this process is killed; a rank alone has none.
        var causeFile = IsAlone(fit) ? null : Path.GetTempFileName();
        // A session of its own: the terminal's Ctrl-C reaches it once, from here, and all of it can be found and ended.
        // Where this process is killed, the kernel sends the launcher SIGTERM, and the ranks save and end: the kernel
        // looks at the thread that starts it, which is the one that waits for its end.
        var start = new ProcessStartInfo(
            "setsid", ["setpriv", "--pdeathsig", "TERM", .. Command(fit), .. arguments]);
        if (causeFile is not null)
            start.Environment[CauseVariable] = causeFile;
        start.Environment[Starters.Variable] = Starters.With("minicpm launch");
        try
        {
            return new WorldProcess(Process.Start(start)!, causeFile);
        }
        catch (Win32Exception exception)
        {
            throw new IOException($"The ranks could not be started with setsid: {exception.Message}", exception);
        }
    }

    public int ExitCode => _process.ExitCode;

    /// <summary>The text that launch/mpirun took for the first cause; empty with another launcher.</summary>
    public string FirstCause => _causeFile is null ? "" : RegularFile.ReadText(_causeFile).Trim();

    /// <returns>False where the ranks still run.</returns>
    public bool Wait(TimeSpan time) => _process.WaitForExit(time);

    /// <summary>Passes a signal on.</summary>
    public void Signal(int signal) => ProcessSignals.Send(_process.Id, signal);

    /// <summary>True while something that the launcher has started has outlived it on this host.</summary>
    public bool HasRest => ProcessTable.InSession(_process.Id).Any();

    /// <summary>Kills what has outlived its launcher on this host.</summary>
    public void KillRest() => ProcessSignals.KillSession(_process.Id);

    /// <summary>Ends ranks that get nowhere, on all hosts that can be reached.</summary>
    public void End()
    {
        // mpirun wakes up and kills its ranks, here and elsewhere.
        Signal(ProcessSignals.Interrupt);
        if (!_process.WaitForExit(s_patience))
        {
            ProcessSignals.KillSession(_process.Id);
            _process.WaitForExit();
        }
        KillRest();
    }

    public void Dispose()
    {
        _process.Dispose();
        if (_causeFile is not null)
            File.Delete(_causeFile);
    }

    private static bool IsAlone(WorldFit fit) => fit.Ranks == 1 && fit.Hosts.Count == 0;

    private static string[] Command(WorldFit fit)
    {
        string[] rank = [Environment.ProcessPath!, Path.Combine(AppContext.BaseDirectory, "minicpm.dll")];
        string[] hosts = fit.Hosts.Count == 0
            ? []
            : ["--host", string.Join(',', fit.Hosts.Select(host => $"{host.Name}:{host.Slots}"))];
        return IsAlone(fit)
            ? rank
            : [RunLaunchers.Mpirun, "-n", $"{fit.Ranks}", .. hosts, .. rank];
    }
}
