using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Launching;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Cli.Supervision;

/// <summary>
/// A process of minicpm that carries out one command after the other, so that many small runs share one start. What the
/// commands say goes to a file for each.
/// </summary>
internal sealed class WorkerProcess : IDisposable
{
    /// <summary>Stands before the exit code of a command that has ended. Nothing else that minicpm writes has this
    /// character.</summary>
    public const char EndMark = '\u0001';

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);
    private readonly Process _process;
    private readonly Action<WorkerProcess, int> _ended;
    private readonly Lock _guard = new();
    private TextWriter? _log;

    private WorkerProcess(Process process, Action<WorkerProcess, int> ended) => (_process, _ended) = (process, ended);

    /// <summary>False once the process has ended.</summary>
    public bool IsAlive { get; private set; } = true;

    /// <summary>Starts the process. The thread that calls this must live as long as the process.</summary>
    /// <param name="ended">Called with the exit code of each command, by another thread.</param>
    public static WorkerProcess Start(Action<WorkerProcess, int> ended)
    {
        // As the ranks of an attempt are started: a session of its own, and SIGTERM where this process is killed. The
        // shell joins the two outputs, so that a command's errors stand before its end.
        var start = new ProcessStartInfo(
            "setsid",
            [
                "setpriv", "--pdeathsig", "TERM", "sh", "-c", "exec \"$0\" \"$@\" 2>&1", Environment.ProcessPath!,
                Path.Combine(AppContext.BaseDirectory, "minicpm.dll"), "tunnel", "worker",
            ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment[Starters.Variable] = Starters.With("minicpm tunnel");
        try
        {
            var worker = new WorkerProcess(Process.Start(start)!, ended);
            worker._process.OutputDataReceived += (_, line) => worker.Heard(line.Data);
            worker._process.BeginOutputReadLine();
            return worker;
        }
        catch (Win32Exception exception)
        {
            throw new IOException($"A worker could not be started with setsid: {exception.Message}", exception);
        }
    }

    /// <summary>Hands a command over; only after the one before has ended.</summary>
    /// <param name="arguments">Of minicpm.</param>
    /// <param name="log">The file that takes what it says; an earlier one is replaced.</param>
    public void Begin(string[] arguments, string log)
    {
        lock (_guard)
            _log = new StreamWriter(log);
        try
        {
            _process.StandardInput.WriteLine(JsonSerializer.Serialize(arguments));
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It has ended meanwhile, which the end of its output tells.
        }
        bool isOver;
        lock (_guard)
            isOver = !IsAlive;
        // The end of the output came before there was a command for which it could be told.
        if (isOver)
            Heard(null);
    }

    /// <summary>Passes a signal on.</summary>
    public void Signal(int signal) => ProcessSignals.Send(_process.Id, signal);

    public void Dispose()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // What was not read will not be read.
        }
        if (!_process.WaitForExit(s_patience))
            ProcessSignals.KillSession(_process.Id);
        _process.Dispose();
        lock (_guard)
            CloseLog();
    }

    private void Heard(string? line)
    {
        int? code = null;
        lock (_guard)
        {
            if (line is null)
            {
                IsAlive = false;
                code = _log is null ? null : ExitCodes.Failure;
                Log("the process ended in the middle of this");
            }
            else if (EndOf(line) is { } end)
            {
                code = end.ExitCode;
                if (end.Said.Length > 0)
                    Log(end.Said);
            }
            else
            {
                Log(line);
            }
            if (code is not null)
                CloseLog();
        }
        if (code is { } ended)
            _ended(this, ended);
    }

    /// <summary>How a command ended, and what it said last without ending the line; null for any other line.</summary>
    public static (int ExitCode, string Said)? EndOf(string line)
    {
        var mark = line.LastIndexOf(EndMark);
        return mark >= 0 && int.TryParse(line.AsSpan(mark + 1), CultureInfo.InvariantCulture, out var code)
            ? (code, line[..mark])
            : null;
    }

    private void Log(string line)
    {
        if (_log is not null)
            DisplayOutput.Line(_log, line);
    }

    private void CloseLog()
    {
        try
        {
            _log?.Dispose();
        }
        catch (IOException)
        {
            // The disk is full. The run itself says so, where that matters to it.
        }
        _log = null;
    }
}
