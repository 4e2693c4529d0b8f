using System.CommandLine;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Coordinator.Client;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Cli.Control;

/// <summary>What the steering verbs of <c>minicpm ctl</c> share: send a command, or show what it would do.</summary>
internal sealed class CommandVerb
{
    private static readonly TimeSpan s_decisionTime = TimeSpan.FromMinutes(2);

    private readonly ControlOptions _place = new();
    private readonly Option<string?> _requestId = new("--request-id")
    {
        Description = "Id of the request; a request that is sent again with its id never acts twice.",
    };

    private readonly Option<bool> _noWait = new("--no-wait")
    {
        Description = "Return when the request is accepted, before the run has decided.",
    };

    private readonly Option<bool> _dryRun = new("--dry-run")
    {
        Description = "Show the schedule before and after, and change nothing.",
    };

    private readonly Option<string?> _picture =
        new("--svg") { Description = "With --dry-run: SVG file to write as well." };
    private readonly Option<bool> _json = JsonLine.Option();
    private readonly bool _changesSchedule;

    private CommandVerb(bool changesSchedule) => _changesSchedule = changesSchedule;

    /// <param name="name">Of the verb.</param>
    /// <param name="description">First line of its help.</param>
    /// <param name="example">What follows <c>minicpm ctl NAME</c> in the example.</param>
    /// <param name="symbols">Its own arguments and options.</param>
    /// <param name="read">Makes the command; null where none is to be sent.</param>
    /// <param name="folder">The run's folder, as far as it was given.</param>
    /// <param name="changesSchedule">It has a before and an after to show.</param>
    public static Command Create(
        string name, string description, string example, IReadOnlyList<Symbol> symbols,
        Func<ParseResult, RunCommand> read, Func<ParseResult, string?> folder, bool changesSchedule = false)
    {
        var verb = new CommandVerb(changesSchedule);
        var command = new Command(name, $"""
            {description}

            Example:
              minicpm ctl {name} {example}
            """);
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
                command.Arguments.Add(argument);
            else
                command.Options.Add((Option)symbol);
        }

        verb._place.AddTo(command);
        command.Options.Add(verb._requestId);
        command.Options.Add(verb._noWait);
        if (changesSchedule)
        {
            command.Options.Add(verb._dryRun);
            command.Options.Add(verb._picture);
        }

        command.Options.Add(verb._json);
        command.SetAction((line, cancel) => verb.ActAsync(line, read(line), folder(line), cancel));
        return command;
    }

    private async Task ActAsync(ParseResult line, RunCommand command, string? folder, CancellationToken cancel)
    {
        var (client, run) = _place.Connect(line, folder);
        using (client)
        {
            if (_changesSchedule && line.GetValue(_dryRun))
                await ShowAsync(client, run, command, line, cancel);
            else
                await SendAsync(client, run, command, line, cancel);
        }
    }

    private async Task SendAsync(
        RunControlClient client, string run, RunCommand command, ParseResult line, CancellationToken cancel)
    {
        TimeSpan? wait = line.GetValue(_noWait) ? null : s_decisionTime;
        var receipt = await client.SendAsync(command, run, line.GetValue(_requestId), wait, cancel);
        var name = RunCommandFields.NameOf(command);
        // A refusal by the run itself is shown as one by the coordinator; it only comes later.
        if (receipt.Decision is { Accepted: false } refusal)
            throw new ConfigurationException($"{name}: refused at step {refusal.Step}: {refusal.Outcome}");
        if (line.GetValue(_json))
        {
            Console.WriteLine(JsonLine.Of(new
            {
                RequestId = receipt.Request.Id,
                Command = name,
                Decided = receipt.Decision is not null,
                receipt.Decision?.Step,
                receipt.Decision?.Outcome,
            }));
            return;
        }

        Console.WriteLine(receipt.Decision is { } decision
            ? $"{name} at step {decision.Step}: {decision.Outcome}"
            : $"{name} accepted, not decided yet; ask again with --request-id {receipt.Request.Id}");
    }

    private async Task ShowAsync(
        RunControlClient client, string run, RunCommand command, ParseResult line, CancellationToken cancel)
    {
        var snapshot = await client.StatusAsync(run, cancel);
        if (snapshot.Status is not { Schedule: { } now } status)
        {
            throw new ConfigurationException([new Problem(
                "--dry-run", "a run that has told its schedule", $"{snapshot.RunName} without a finished step",
                "try again when a step is done")]);
        }

        var (after, outcome) = ScheduleChange.Apply(now, status.Tokens, command);
        var preview = new SchedulePreview(status.Tokens, now, after);
        if (line.GetValue(_json))
            Console.WriteLine(JsonLine.Of(
                new { DryRun = true, status.Step, status.Tokens, Outcome = outcome, Before = now, After = after }));
        else
            Show(preview, status, outcome);
        if (line.GetValue(_picture) is not { } picture)
            return;
        File.WriteAllText(picture, ScheduleChart.Svg(preview, $"{snapshot.RunName}: {outcome}"));
        if (!line.GetValue(_json))
            Console.WriteLine($"picture: {Path.GetFullPath(picture)}");
    }

    private static void Show(SchedulePreview preview, RunStatus status, string outcome)
    {
        Console.WriteLine($"{status.Name}, after step {status.Step}: {outcome}. Nothing has been changed.");
        Console.WriteLine();
        foreach (var text in preview.Table())
            Console.WriteLine(text);
        Console.WriteLine();
        var screen = Screen.FromEnvironment();
        Console.WriteLine(ScheduleChart.Terminal(preview, Math.Min(screen.Width, 100)));
    }
}
