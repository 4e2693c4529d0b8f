using System.ComponentModel;
using System.Diagnostics;
using MiniCpmDist.Cli.Launching;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Cli.Quickstart;

/// <summary>Runs Debian's programs.</summary>
internal static class Programs
{
    /// <param name="folder">The current folder of the program.</param>
    /// <param name="program">Its name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>True where it ended with 0; standard output; standard error.</returns>
    /// <exception cref="ConfigurationException">The system does not have it.</exception>
    public static (bool Succeeded, string Output, string Errors) Run(
        string folder, string program, IReadOnlyList<string> arguments)
    {
        try
        {
            var (exitCode, output, errors) = CapturedProcess.Run(
                new ProcessStartInfo(program, arguments) { WorkingDirectory = folder });
            return (exitCode == 0, output, errors);
        }
        catch (Win32Exception exception)
        {
            throw new ConfigurationException([new Problem(
                program, "a Debian system, which has this program", exception.Message,
                "make a corpus of your own: minicpm data collect --help")]);
        }
    }
}
