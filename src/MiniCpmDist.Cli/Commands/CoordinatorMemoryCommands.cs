using System.CommandLine;
using System.Globalization;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Coordinator;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm coordinator audit</c>, <c>backup</c> and <c>restore</c>: what a coordinator has on its
/// disk.</summary>
internal static class CoordinatorMemoryCommands
{
    public static IReadOnlyList<Command> Create() => [Audit(), Backup(), Restore()];

    private static Command Audit()
    {
        var folder = new Argument<string>("folder")
        {
            Description = "State folder of a coordinator, or folder of a run with a coordinator of its own.",
        };
        var run = new Option<string?>("--run") { Description = "Only commands to this run." };
        var json = new Option<bool>("--json") { Description = "A line of JSON for each command." };
        var command = new Command("audit", """
            Lists who commanded what: the time, the name of the token, the run, the command, and the step where it
            acted. A coordinator may go on serving meanwhile.

            Example:
              minicpm coordinator audit coordinator --run trunk
              minicpm coordinator audit runs/first
            """) { folder, run, json };
        command.SetAction(line =>
        {
            var commands = AuditTrail.Read(line.GetValue(folder)!, Note)
                .Where(one => line.GetValue(run) is not { } name || one.Run == name).ToArray();
            if (line.GetValue(json))
                commands.ToList().ForEach(one => Console.WriteLine(JsonLine.Of(one)));
            else
                Show(commands);
        });
        return command;
    }

    private static Command Backup()
    {
        var state = State("Folder with the memory of a coordinator.");
        var file = new Option<string>("--out") { Description = "The tar file that is made.", Required = true };
        var command = new Command("backup", """
            Writes the memory of a coordinator into one tar file: runs, requests, curves, and the audit log. The
            coordinator may go on serving meanwhile. What is in the file is read before the file gets its name.

            Example:
              minicpm coordinator backup --state coordinator --out coordinator-monday.tar
            """) { state, file };
        command.SetAction(line =>
        {
            var runs = StateBackup.Write(line.GetValue(state)!, line.GetValue(file)!);
            Console.WriteLine($"{line.GetValue(file)}: {Runs(runs)}");
        });
        return command;
    }

    private static Command Restore()
    {
        var state = State("Folder that gets the memory; not there yet, or empty.");
        var file = new Argument<string>("file") { Description = "What `minicpm coordinator backup` has written." };
        var command = new Command("restore", """
            Makes the memory of a coordinator out of a backup. Runs that train come back by themselves and tell what
            they have done since; requests that were accepted after the backup are in the journals of their runs only.

            Example:
              minicpm coordinator restore coordinator-monday.tar --state coordinator
            """) { file, state };
        command.SetAction(line =>
        {
            var runs = StateBackup.Restore(line.GetValue(file)!, line.GetValue(state)!);
            Console.WriteLine(
                $"{line.GetValue(state)}: {Runs(runs)}; start it with `minicpm coordinator --state "
                + $"{line.GetValue(state)}`");
        });
        return command;
    }

    private static Option<string> State(string description) =>
        new("--state") { Description = description, Required = true };

    private static string Runs(int count) => count == 1 ? "1 run" : $"{count} runs";

    private static void Show(AuditedCommand[] commands)
    {
        if (commands.Length == 0)
        {
            Console.WriteLine("no commands");
            return;
        }

        string[][] rows =
        [
            ["time (UTC)", "by", "from", "run", "command", "step", "outcome"],
            .. commands.Select(one => (string[])[
                one.Time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), one.By ?? "-",
                one.From, one.Run, one.Command, one.Step?.ToString(CultureInfo.InvariantCulture) ?? "-",
                Outcome(one)]),
        ];
        var widths = rows[0].Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            Console.WriteLine(PlainText.Of(
                string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd()));
        }
    }

    private static string Outcome(AuditedCommand command) => command.IsAccepted switch
    {
        null => "not decided yet",
        false => $"refused: {command.Outcome}",
        true => command.Outcome ?? "",
    };

    private static void Note(string text) => Console.Error.WriteLine($"note: {text}");
}
