using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Cli.Supervision;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm tunnel worker</c>: the process that trains one run of an experiment after the other.</summary>
internal static class TunnelWorkerCommand
{
    public static Command Create()
    {
        var commands = new Argument<string>("commands")
        {
            Description = "File with one command a line, a JSON list of its words; `-` reads standard input.",
        };
        var command = new Command("worker", """
            Carries out commands of minicpm one after the other in one process. The experiments start such processes:
            a run that begins in one does not wait for .NET and libtorch to start.

            Example:
              minicpm tunnel worker -
            """) { commands };
        command.SetAction(line => Run(line.GetValue(commands)!));
        return command;
    }

    private static int Run(string path)
    {
        using var lines = path == "-" ? Console.In : new StreamReader(InputFile.Open(path));
        while (lines.ReadLine() is { } line)
        {
            var arguments = Words(line);
            var exitCode = FatalErrors.Guard(() => CommandLine.Parse(arguments).Invoke(CommandLine.Invocation));
            DisplayOutput.Line(
                PlainConsole.Raw,
                string.Create(CultureInfo.InvariantCulture, $"{WorkerProcess.EndMark}{exitCode}"));
        }
        return ExitCodes.Finished;
    }

    private static string[] Words(string line)
    {
        try
        {
            if (JsonSerializer.Deserialize<string[]>(line) is { } words && !words.Contains(null))
                return words;
        }
        catch (JsonException)
        {
            // Told below.
        }
        throw new ConfigurationException([new Problem(
            "a command", "a JSON list of words", $"`{line}`", "write such as `[\"resume\", \"runs/first\"]`")]);
    }
}
