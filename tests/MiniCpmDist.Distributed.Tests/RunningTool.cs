using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace MiniCpmDist.Distributed.Tests;

/// <summary>A tool that is under way: what it has said so far, which processes it has, and how to end them.</summary>
public sealed class RunningTool : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly string _pidFolder;

    private RunningTool(ProcessStartInfo start, string pidFolder)
    {
        _pidFolder = pidFolder;
        _process = Process.Start(start)!;
        _process.StandardInput.Close();
        _process.OutputDataReceived += (_, line) => Keep(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(_errors, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output => Text(_output);

    public string Errors => Text(_errors);

    /// <summary>Starts a world under plain mpirun whose ranks leave their process ids behind.</summary>
    public static RunningTool Mpirun(string folder, int ranks, params string[] arguments)
    {
        var pids = Directory.CreateDirectory(Path.Combine(folder, "pids-" + Path.GetRandomFileName())).FullName;
        // exec: the shell's process becomes the rank, under the same id. Open MPI and Hydra name the rank differently.
        const string Script = "echo $$ > \"$PIDS/${OMPI_COMM_WORLD_RANK:-$PMI_RANK}\"; exec \"$@\"";
        var start = Tool.Info(
            folder, Tool.MpirunProgram,
            ["-n", $"{ranks}", "bash", "-c", Script, "bash", "dotnet", Tool.Dll, .. arguments],
            [.. Tool.MpirunEnvironment, ("PIDS", pids)]);
        return new RunningTool(start, pids);
    }

    /// <summary>Starts a world through launch/mpirun.</summary>
    public static RunningTool LaunchMpirun(string folder, int ranks, params string[] arguments) => Start(
        folder, Path.Combine(Tool.RepositoryRoot, "launch", "mpirun"),
        ["-n", $"{ranks}", "dotnet", Tool.Dll, .. arguments]);

    /// <summary>Starts one process without a launcher.</summary>
    public static RunningTool Minicpm(string folder, params string[] arguments) =>
        Start(folder, "dotnet", [Tool.Dll, .. arguments]);

    /// <summary>Process ids in rank order, of the ranks that have come to writing theirs.</summary>
    public int[] RankProcesses() =>
        [.. Directory.EnumerateFiles(_pidFolder).OrderBy(path => path, StringComparer.Ordinal)
            .Select(File.ReadAllText)
            .Where(text => text.EndsWith('\n'))
            .Select(text => int.Parse(text, CultureInfo.InvariantCulture))];

    /// <summary>
    /// The process that was started, or the first below it, whose program has this name; null while there is none.
    /// </summary>
    public int? ProcessOf(string program) => Below(_process.Id).FirstOrDefault(
        pid => Path.GetFileName(ProgramOf(pid)) == program) is var found and > 0 ? found : null;

    private static IEnumerable<int> Below(int pid) =>
    [
        pid,
        .. Children(pid).SelectMany(Below),
    ];

    private static int[] Children(int pid)
    {
        try
        {
            return [.. File.ReadAllText($"/proc/{pid}/task/{pid}/children")
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(word => int.Parse(word, CultureInfo.InvariantCulture))];
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static string ProgramOf(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Split('\0')[0];
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>True while the process runs; one that has ended and that nobody has asked about yet does not.</summary>
    public static bool IsAlive(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>kill -9, from outside and without a word.</summary>
    public static void KillNow(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
        }
        catch (ArgumentException)
        {
            // It is gone: where several are killed, mpirun may have ended the next one first.
        }
    }

    /// <summary>Stops the ranks where they stand, as a frozen host does, or lets them go on.</summary>
    public void Signal(string signal)
    {
        foreach (var pid in RankProcesses())
            Process.Start("kill", [$"-{signal}", $"{pid}"]).WaitForExit();
    }

    /// <summary>Sends a signal to the process that was started: the launcher, where there is one.</summary>
    public void SignalStarted(string signal) => Process.Start("kill", [$"-{signal}", $"{_process.Id}"]).WaitForExit();

    /// <summary>All ranks and mpirun at once, as when the power fails.</summary>
    public void KillWorld()
    {
        foreach (var pid in RankProcesses().Append(_process.Id))
            KillNow(pid);
        _process.WaitForExit();
        WaitUntil(() => !RankProcesses().Any(IsAlive), "the ranks are gone");
    }

    /// <summary>Waits for a condition; fails, with all that was said, when it does not come.</summary>
    public void WaitUntil(Func<bool> condition, string what, TimeSpan? patience = null)
    {
        var limit = patience ?? s_patience;
        var came = SpinWait.SpinUntil(condition, limit);
        Assert.True(came, came ? "" : $"not within {limit}: {what}\n{Output}\n{Errors}\n{Processes()}");
    }

    /// <summary>A world that hangs says nothing: where it hangs is seen in which of its processes are there.</summary>
    private static string Processes() => string.Join('\n', Tool
        .Start(Path.GetTempPath(), "ps", ["-eo", "pid,ppid,stat,wchan:20,etimes,args", "--forest"], []).Output
        .Split('\n')
        .Where(line => line.Contains("mpirun", StringComparison.Ordinal)
            || line.Contains("orted", StringComparison.Ordinal) || line.Contains("minicpm", StringComparison.Ordinal))
        .Select(line => line.Length > 200 ? line[..200] : line));

    /// <summary>Waits for the end.</summary>
    public ToolResult Finish(TimeSpan limit)
    {
        var clock = Stopwatch.StartNew();
        Assert.True(_process.WaitForExit(limit), $"did not end within {limit}\n{Output}\n{Errors}");
        _process.WaitForExit();     // until both streams are read to their ends
        return new ToolResult(_process.ExitCode, Output, Errors, clock.Elapsed);
    }

    /// <summary>Whatever a failed test has left running ends here.</summary>
    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    /// <summary>Starts any program.</summary>
    public static RunningTool Program(string folder, string program, params string[] arguments) =>
        Start(folder, program, arguments);

    private static RunningTool Start(string folder, string program, string[] arguments) =>
        new(Tool.Info(folder, program, arguments, []),
            Directory.CreateDirectory(Path.Combine(folder, "pids-" + Path.GetRandomFileName())).FullName);

    private static void Keep(StringBuilder text, string? line)
    {
        lock (text)
            text.AppendLine(line);
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
            return text.ToString();
    }
}
