using System.CommandLine;
using System.Globalization;
using MiniCpmDist.Cli.Control;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Coordinator.Client;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm ctl</c>: asks a running training where it is, and steers it.</summary>
internal static class ControlCommand
{
    public static Command Create()
    {
        var command = new Command("ctl", """
            Watches and steers a running training through its coordinator: the one in the training itself, found by
            the run's folder, or one at an address. Commands are decided between two steps and written to the run's
            journal before they act; one that does not fit ends with exit code 2 and says what would.

            Example:
              minicpm ctl status runs/first
            """)
        {
            Watching("status", "Prints where the run stands.", StatusAsync),
            Watching("watch", "Prints a line for each step until the run ends.", WatchAsync),
            Watching("runs", "Prints a line for each run of the coordinator.", ListAsync),
        };
        foreach (var verb in SteeringVerbs.All())
            command.Subcommands.Add(verb);
        return command;
    }

    private static Command Watching(
        string name, string description, Func<RunControlClient, string, bool, CancellationToken, Task> act)
    {
        var folder = ControlOptions.Folder();
        var place = new ControlOptions();
        var json = JsonLine.Option();
        var command = new Command(name, $"""
            {description}

            Example:
              minicpm ctl {name} runs/first
            """) { folder, json };
        place.AddTo(command);
        command.SetAction(async (line, cancel) =>
        {
            var (client, run) = place.Connect(line, line.GetValue(folder));
            using (client)
                await act(client, run, line.GetValue(json), cancel);
        });
        return command;
    }

    private static async Task StatusAsync(RunControlClient client, string run, bool json, CancellationToken cancel)
    {
        var snapshot = await client.StatusAsync(run, cancel);
        Console.WriteLine(json
            ? JsonLine.Of(
                new { Run = snapshot.RunName, snapshot.Status, snapshot.IsReporting, snapshot.WaitingRequests })
            : Text(snapshot));
    }

    private static async Task ListAsync(RunControlClient client, string run, bool json, CancellationToken cancel)
    {
        foreach (var snapshot in await client.ListAsync(cancel))
        {
            Console.WriteLine(json
                ? JsonLine.Of(
                    new { Run = snapshot.RunName, snapshot.Status, snapshot.IsReporting, snapshot.WaitingRequests })
                : Text(snapshot));
        }
    }

    private static async Task WatchAsync(RunControlClient client, string run, bool json, CancellationToken cancel)
    {
        await foreach (var status in client.WatchAsync(run, cancel))
            Console.WriteLine(json ? JsonLine.Of(status) : Text(status));
    }

    private static string Text(RunSnapshot snapshot)
    {
        var text = snapshot.Status is { } status ? Text(status) : $"{snapshot.RunName}: no step done yet";
        if (!snapshot.IsReporting)
            text += " | not connected";
        return snapshot.WaitingRequests == 0 ? text : $"{text} | {snapshot.WaitingRequests} request(s) wait";
    }

    private static string Text(RunStatus status) => string.Create(
        CultureInfo.InvariantCulture,
        $"{status.Name}: step {status.Step}/{(status.TotalSteps == 0 ? "open" : status.TotalSteps)}"
        + $" | {ProgressText.Tokens(status.Tokens)} tokens"
        + $" | loss {status.Loss:F4}{BySource(status)} | lr {status.LearningRate:0.00e+00}"
        + $" | batch {ProgressText.Tokens(status.TokenBatch)} | {status.TokensPerSecond:N0} tok/s"
        + $" | {PhaseName.Of(status.Phase)}{(status.IsPaused ? ", paused" : "")} | {status.WorldSize} rank(s)"
        + $" | last checkpoint step {status.LastCheckpointStep}");

    private static string BySource(RunStatus status) => status.Sources.Count < 2 ? "" : " (" + string.Join(
        ", ", status.Sources.Select(loss =>
            string.Create(CultureInfo.InvariantCulture, $"{loss.Source} {loss.Loss:F4}"))) + ")";
}
