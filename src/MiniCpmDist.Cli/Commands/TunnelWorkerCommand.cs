using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Cli.Supervision;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm tunnel worker</c>: the process that trains one run of an experiment after the other.</summary>
internal static class TunnelWorkerCommand
{
    public static Command Create()
    {
        var command = new Command("worker", """
            Carries out commands of minicpm one after the other in one process. Each line of standard input is one, as
            a JSON list of its words. The experiments start such processes: a run that begins in one does not wait for
            .NET and libtorch to start.

            Example:
              minicpm tunnel worker
            """);
        command.SetAction(_ => Run());
        return command;
    }

    private static int Run()
    {
        while (Console.In.ReadLine() is { } line)
        {
            var arguments = Words(line);
            var exitCode = FatalErrors.Guard(() => CommandLine.Invoke(arguments));
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
