using System.CommandLine;
using System.Globalization;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Protocol;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm ctl</c>: asks a running training where it is, and steers it.</summary>
internal static class ControlCommand
{
    private static readonly TimeSpan s_decisionTime = TimeSpan.FromMinutes(2);

    public static Command Create() => new("ctl", """
        Watches and steers a running training through its coordinator, whose address the training prints at its start.

        Example:
          minicpm ctl status --address http://127.0.0.1:7070
        """)
    {
        Status(),
        Verb("watch", "Prints a line for each step until the run ends.", WatchAsync),
        Verb("checkpoint", "Has a checkpoint saved now.", async (client, _, cancel) =>
            Print(await client.CheckpointAsync(wait: s_decisionTime, cancellationToken: cancel))),
        Verb("stop", "Has a checkpoint saved and the run ended.", async (client, _, cancel) =>
            Print(await client.StopAsync(wait: s_decisionTime, cancellationToken: cancel))),
    };

    private static Command Status()
    {
        var json = JsonLine.Option();
        var command = Verb("status", "Prints where the run stands.", async (client, line, cancel) =>
        {
            var snapshot = await client.StatusAsync(cancel);
            Console.WriteLine(line.GetValue(json)
                ? JsonLine.Of(new { Run = snapshot.RunName, snapshot.Status })
                : snapshot.Status is { } status ? Text(status) : $"{snapshot.RunName}: no step done yet");
        });
        command.Options.Add(json);
        return command;
    }

    private static Command Verb(
        string name, string description, Func<RunControlClient, ParseResult, CancellationToken, Task> act)
    {
        var address = new Option<string>("--address")
        {
            Description = "Where the coordinator listens.",
            DefaultValueFactory = _ => "http://127.0.0.1:7070",
        };
        var command = new Command(name, $"""
            {description}

            Example:
              minicpm ctl {name} --address http://127.0.0.1:7070
            """) { address };
        command.SetAction(async (line, cancel) =>
        {
            using var client = RunControlClient.Connect(line.GetValue(address)!);
            await act(client, line, cancel);
        });
        return command;
    }

    private static async Task WatchAsync(RunControlClient client, ParseResult line, CancellationToken cancel)
    {
        await foreach (var status in client.WatchAsync(cancel))
            Console.WriteLine(Text(status));
    }

    private static void Print(RequestReceipt receipt) => Console.WriteLine(receipt.Decided
        ? $"{RunCommandFields.NameOf(receipt.Request.Command)} at step {receipt.Step}: {receipt.Outcome}"
        : $"{RunCommandFields.NameOf(receipt.Request.Command)} accepted, not decided yet; "
            + $"ask again with the same request id {receipt.Request.Id}");

    private static string Text(RunStatus status) => string.Create(
        CultureInfo.InvariantCulture,
        $"{status.Name}: step {status.Step}/{status.TotalSteps} | {ProgressText.Tokens(status.Tokens)} tokens"
        + $" | loss {status.Loss:F4} | lr {status.LearningRate:0.00e+00}"
        + $" | batch {ProgressText.Tokens(status.TokenBatch)} | {status.TokensPerSecond:N0} tok/s"
        + $" | {status.Phase.ToString().ToLowerInvariant()} | {status.WorldSize} rank(s)"
        + $" | last checkpoint step {status.LastCheckpointStep}");
}
