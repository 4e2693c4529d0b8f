using System.Diagnostics;
using System.Globalization;
using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Runs.Evaluation;

/// <summary>
/// Runs Python programs that a model has written in namespaces of their own (Linux: user, mount, network, process,
/// host name, System V): no network, a root folder in memory with the system's programs read-only and nothing of the
/// user, no inherited environment, limits for time, memory, processes, files and output. The program and all that it
/// starts are one process namespace, which ends at once when its first process is killed.
/// </summary>
public sealed class CodeSandbox : ICodeRunner
{
    private const int MostOutput = 1 << 16;

    private const UnixFileMode EverybodyWrites =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Time on the clock, and on the processor one second more.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    private readonly bool _isProtected;

    private CodeSandbox(bool isProtected) => _isProtected = isProtected;

    /// <summary>A sandbox that has been tried on this machine.</summary>
    /// <exception cref="ConfigurationException">This machine lets nobody make one, or it has no Python.</exception>
    public static CodeSandbox Open()
    {
        var sandbox = new CodeSandbox(isProtected: true);
        var trial = sandbox.Run("print('tried')\n", "tried");
        if (!trial.Passed)
        {
            throw new ConfigurationException([new Problem(
                "the sandbox for programs that a model writes",
                "a machine with python3, unshare, setpriv, prlimit and pivot_root that lets this user make namespaces",
                $"a trial that {trial.End} ({LastLine(trial.Output)})",
                "evaluate on a machine that allows it (not inside a chroot or a container without them), leave these "
                + "tasks out, or run the programs without protection: --unprotected-code")]);
        }
        return sandbox;
    }

    /// <summary>Runs programs with limits and nothing else: they can read and send what this user can.</summary>
    public static CodeSandbox WithoutProtection() => new(isProtected: false);

    public CodeOutcome Run(string program, string marker)
    {
        var folder = Directory.CreateTempSubdirectory("minicpm-code-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "program.py"), program);
            if (_isProtected && Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows())
                File.SetUnixFileMode(folder, EverybodyWrites);
            return Run(Start(folder), marker);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private ProcessStartInfo Start(string folder)
    {
        // timeout is the leader of a group and kills it as a whole.
        string[] bare =
            ["timeout", "--signal=KILL", "4", "sh", "-c", SandboxScript.Unprotected, "limits", folder];
        // --kill-child: the kernel kills the whole process namespace with its first process, and that with unshare.
        string[] inside =
        [
            "unshare", "--user", "--map-root-user", "--mount", "--net", "--pid", "--ipc", "--uts", "--fork",
            "--kill-child", "sh", "-c", SandboxScript.Protected, "sandbox", folder,
        ];
        // The kernel counts no processes of root, also where root stands for it in a namespace.
        if (Environment.IsPrivilegedProcess)
            inside = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", .. inside];
        var words = _isProtected ? inside : bare;
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        start.Environment["LC_ALL"] = "C.UTF-8";
        return start;
    }

    private static CodeOutcome Run(ProcessStartInfo start, string marker)
    {
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        using var over = new CancellationTokenSource(Limit);
        var output = ReadAsync(process.StandardOutput, over.Token);
        var errors = ReadAsync(process.StandardError, over.Token);
        try
        {
            process.WaitForExitAsync(over.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            return new CodeOutcome(
                false, string.Create(CultureInfo.InvariantCulture, $"was killed after {Limit.TotalSeconds} seconds"),
                "");
        }
        var (written, complaint) = (output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
        // A program that ends early has an exit code of its choice, so that the marker counts as well.
        var hasMarker = written.Split('\n').Contains(marker);
        var end = process.ExitCode != 0 ? $"ended with exit code {process.ExitCode}"
            : hasMarker ? "passed" : "ended with exit code 0 before its last line";
        return new CodeOutcome(process.ExitCode == 0 && hasMarker, end, written + complaint);
    }

    /// <summary>The end of a stream; all of it is read, so that a program that writes much does not wait.</summary>
    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken over)
    {
        var (kept, block) = ("", new char[1 << 14]);
        try
        {
            while (await reader.ReadAsync(block, over).ConfigureAwait(false) is > 0 and var count)
            {
                kept += new string(block, 0, count);
                if (kept.Length > MostOutput)
                    kept = kept[^MostOutput..];
            }
        }
        catch (OperationCanceledException)
        {
            // The program is being killed, and what it wrote counts no more.
        }
        return kept;
    }

    private static string LastLine(string output) => output.Trim().Split('\n')[^1];
}
