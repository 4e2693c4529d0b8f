using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Runs.Evaluation;

/// <summary>
/// A judge that is a program of the user's: it is started for each answer, reads one JSON object from its input, and
/// writes its verdict. It runs with the rights of this process, like any program that the user starts.
/// </summary>
public sealed class JudgeProgram : IJudge
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);
    private readonly string _path;

    private JudgeProgram(string path, string identity) => (_path, Identity) = (path, identity);

    /// <inheritdoc/>
    public string Identity { get; }

    /// <exception cref="ConfigurationException">It cannot be started.</exception>
    public static JudgeProgram Open(string path)
    {
        var full = Path.GetFullPath(path);
        const UnixFileMode Execute =
            UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        var problems = new ProblemCollector();
        problems.Require(
            OperatingSystem.IsWindows() || (File.GetUnixFileMode(full) & Execute) != 0, "--judge",
            "a program, or the folder of a model", $"`{path}`, which may not be executed", $"chmod +x {path}");
        problems.ThrowIfAny();
        using var file = InputFile.Open(full, 1 << 16);
        return new JudgeProgram(full, Convert.ToHexStringLower(SHA256.HashData(file)));
    }

    /// <inheritdoc/>
    /// <exception cref="ConfigurationException">The program fails, or takes longer than ten minutes.</exception>
    public string Judge(JudgeRequest request)
    {
        using var process = Process.Start(new ProcessStartInfo(_path)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using var over = new CancellationTokenSource(s_limit);
        var output = process.StandardOutput.ReadToEndAsync(over.Token);
        var errors = process.StandardError.ReadToEndAsync(over.Token);
        try
        {
            Write(process, request.Json());
            process.WaitForExitAsync(over.Token).GetAwaiter().GetResult();
            var verdict = output.GetAwaiter().GetResult();
            return process.ExitCode == 0
                ? verdict
                : throw Failed(request, string.Create(
                    CultureInfo.InvariantCulture, $"exit code {process.ExitCode} ({Last(errors.Result)})"));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw Failed(request, $"no end after {s_limit.TotalMinutes} minutes");
        }
    }

    private static void Write(Process process, string line)
    {
        try
        {
            process.StandardInput.WriteLine(line);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended without reading; its exit code says whether that was an error.
        }
    }

    private ConfigurationException Failed(JudgeRequest request, string found) => new([new Problem(
        _path, "a verdict, and exit code 0", $"{found} for question {request.Question.Id}, turn {request.Turn}",
        "try it with a line of questions by hand; verdicts so far are kept, and the same command goes on")]);

    private static string Last(string errors) => errors.Trim().Split('\n')[^1];
}
