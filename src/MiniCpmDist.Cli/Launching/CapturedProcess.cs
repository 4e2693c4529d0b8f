using System.ComponentModel;
using System.Diagnostics;

namespace MiniCpmDist.Cli.Launching;

/// <summary>Runs a program of the system without input, and keeps what it says.</summary>
internal static class CapturedProcess
{
    /// <param name="start">The program, with its arguments.</param>
    /// <returns>Its exit code, standard output and standard error.</returns>
    /// <exception cref="Win32Exception">The system cannot start it.</exception>
    public static (int ExitCode, string Output, string Errors) Run(ProcessStartInfo start)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        // Both at once: a program waits where one of its pipes is full.
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
